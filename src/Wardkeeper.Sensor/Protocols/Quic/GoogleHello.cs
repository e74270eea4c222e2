using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>
/// The hello of Google's QUIC before it used TLS ("QUIC Crypto"): the tag CHLO, a count, then tags with the ends of their values,
/// then the values. Pure.
/// </summary>
internal static class GoogleHello
{
    private const int MostTags = 128;

    /// <summary>Finds a client's hello in bytes of a packet; false if there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> hello)
    {
        int at = bytes.IndexOf("CHLO"u8);
        hello = at < 0 ? default : bytes[at..];
        return hello.Length > 8 && BinaryPrimitives.ReadUInt16LittleEndian(hello[4..]) is > 0 and <= MostTags;
    }

    /// <summary>Value of a tag of four bytes; empty if it is not there.</summary>
    public static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> tag)
    {
        SpanReader reader = new(hello);
        reader.Skip(4);
        int count = reader.U16Little(), values = 8 + (8 * count);
        reader.Skip(2);
        for (uint start = 0; count > 0 && !reader.Failed; count--)
        {
            bool isWanted = reader.Take(4).SequenceEqual(tag);
            uint end = reader.U32Little();
            if (isWanted) return end < start || end > hello.Length || values + end > hello.Length ? default : hello[(values + (int)start)..(values + (int)end)];
            start = end;
        }
        return default;
    }
}
