using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// What stands around an encoded batch on disk and on the wire: "WKB" and the version, the length of the content, the sequence,
/// and a CRC-32C over sequence and content. Numbers are little-endian.
/// </summary>
/// <param name="Sequence">Number of the batch.</param>
/// <param name="Length">Bytes of the content.</param>
internal readonly record struct BatchFrame(long Sequence, int Length)
{
    /// <summary>Bytes before the content.</summary>
    public const int HeaderLength = 20;

    /// <summary>Largest content taken.</summary>
    public const int MaxLength = 64 << 20;

    private const uint Magic = 0x01424B57;

    /// <summary>Header and content together.</summary>
    public int TotalLength => HeaderLength + Length;

    /// <summary>Puts a frame around a content.</summary>
    public static byte[] Around(long sequence, ReadOnlySpan<byte> content)
    {
        byte[] frame = new byte[HeaderLength + content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), content.Length);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(12), sequence);
        content.CopyTo(frame.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Of(frame.AsSpan(12)));
        return frame;
    }

    /// <summary>Reads a header; says nothing of the content.</summary>
    public static BatchFault TryReadHeader(ReadOnlySpan<byte> bytes, out BatchFrame frame)
    {
        frame = default;
        if (bytes.Length < HeaderLength) return BatchFault.Truncated;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (magic != Magic) return (magic & 0xFFFFFF) == (Magic & 0xFFFFFF) ? BatchFault.UnknownVersion : BatchFault.NotABatch;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        long sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]);
        if (length is <= 0 or > MaxLength) return BatchFault.TooLong;
        if (sequence < 1) return BatchFault.Malformed;
        frame = new BatchFrame(sequence, length);
        return BatchFault.None;
    }

    /// <summary>Reads a whole frame and compares the checksum.</summary>
    public static BatchFault TryRead(ReadOnlySpan<byte> bytes, out BatchFrame frame, out ReadOnlySpan<byte> content)
    {
        content = default;
        BatchFault fault = TryReadHeader(bytes, out frame);
        if (fault != BatchFault.None) return fault;
        if (bytes.Length < frame.TotalLength) return BatchFault.Truncated;
        if (Crc32C.Of(bytes[12..frame.TotalLength]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])) return BatchFault.BadChecksum;
        content = bytes[HeaderLength..frame.TotalLength];
        return BatchFault.None;
    }
}

/// <summary>The ways in which bytes can fail to be a batch.</summary>
internal enum BatchFault
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>They end too early.</summary>
    Truncated,

    /// <summary>They do not begin as a batch does.</summary>
    NotABatch,

    /// <summary>A newer or older form.</summary>
    UnknownVersion,

    /// <summary>A length that no batch has.</summary>
    TooLong,

    /// <summary>The checksum is another.</summary>
    BadChecksum,

    /// <summary>The checksum holds, and yet the content cannot be.</summary>
    Malformed,
}
