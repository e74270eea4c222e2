using System.Buffers.Binary;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>The chunks of an SCTP packet, as rules ask for them (RFC 9260, section 3). Pure.</summary>
internal static class SctpChunks
{
    private const int CommonHeader = 12, ChunkHeader = 4, DataHeader = 16;
    private const byte Data = 0;

    /// <summary>The verification tag, or -1.</summary>
    public static long Tag(ReadOnlySpan<byte> packet) => packet.Length >= CommonHeader ? BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) : -1;

    /// <summary>How many chunks there are, or -1.</summary>
    public static long Count(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < CommonHeader) return -1;
        int count = 0;
        for (ReadOnlySpan<byte> rest = packet[CommonHeader..]; TryTake(ref rest, out _);) count++;
        return count;
    }

    /// <summary>Whether a chunk is of a kind.</summary>
    public static bool Any(ReadOnlySpan<byte> packet, NumberTest kind)
    {
        if (packet.Length < CommonHeader) return false;
        for (ReadOnlySpan<byte> rest = packet[CommonHeader..]; TryTake(ref rest, out ReadOnlySpan<byte> chunk);)
        {
            if (kind.Holds(chunk[0])) return true;
        }
        return false;
    }

    /// <summary>What the first data chunk carries; empty if there is none.</summary>
    public static ReadOnlySpan<byte> UserData(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < CommonHeader) return default;
        for (ReadOnlySpan<byte> rest = packet[CommonHeader..]; TryTake(ref rest, out ReadOnlySpan<byte> chunk);)
        {
            if (chunk[0] == Data && chunk.Length > DataHeader) return chunk[DataHeader..];
        }
        return default;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        if (rest.Length < ChunkHeader) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < ChunkHeader || length > rest.Length) return false;
        chunk = rest[..length];
        rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        return true;
    }
}
