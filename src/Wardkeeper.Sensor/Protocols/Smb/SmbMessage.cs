using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>The beginning of one message of either version, behind the frame that says its length.</summary>
internal readonly ref struct SmbMessage
{
    /// <summary>The bytes that are looked at.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Length of the whole message.</summary>
    public required long Length { get; init; }

    /// <summary>Where it lies in the stream.</summary>
    public required ByteRange Range { get; init; }

    /// <summary>Where <see cref="Bytes"/> lie: behind the frame of NetBIOS.</summary>
    public ByteRange Content => Range with { Start = Range.Start + Range.Length - Length, Length = Length };

    /// <summary>When its beginning came.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>The flow.</summary>
    public required FlowView Flow { get; init; }

    /// <summary>Who sent it.</summary>
    public Side Side => Range.Side;
}

/// <summary>Fields of a part of a message, low byte first; zero or nothing beyond its end.</summary>
internal readonly ref struct SmbFields(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Length => bytes.Length;

    public ReadOnlySpan<byte> All => bytes;

    public byte U8(int at) => at < bytes.Length ? bytes[at] : (byte)0;

    public int U16(int at) => at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : 0;

    public uint U32(int at) => at + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : 0;

    public ulong U64(int at) => at + 8 <= bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : 0;

    public CaptureTime? Time(int at) => at + 8 <= bytes.Length ? WideText.Time(bytes[at..]) : null;

    public (ulong, ulong) Id(int at) => (U64(at), U64(at + 8));

    /// <summary>So many bytes from there, as far as they are there.</summary>
    public ReadOnlySpan<byte> Part(long at, long length) =>
        at < 0 || length <= 0 || at >= bytes.Length ? default : bytes.Slice((int)at, (int)Math.Min(length, bytes.Length - at));
}
