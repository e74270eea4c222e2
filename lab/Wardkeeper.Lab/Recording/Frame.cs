using System.Buffers.Binary;

namespace Wardkeeper.Lab.Recording;

/// <summary>One recorded Ethernet frame.</summary>
/// <param name="At">Microseconds since 1970, as recorded.</param>
/// <param name="Vlan">Virtual LAN it was seen on.</param>
/// <param name="Bytes">The frame without a tag.</param>
internal readonly record struct Frame(long At, int Vlan, ReadOnlyMemory<byte> Bytes)
{
    private const int EtherIpv4 = 0x0800, EtherArp = 0x0806;

    /// <summary>The IPv4 addresses of sender and target, also of an ARP packet; null for anything else.</summary>
    public (uint From, uint To)? Addresses
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes.Span;
            if (bytes.Length < 34) return null;
            return BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) switch
            {
                EtherIpv4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes[26..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[30..])),
                EtherArp when bytes.Length >= 42 => (BinaryPrimitives.ReadUInt32BigEndian(bytes[28..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[38..])),
                _ => null,
            };
        }
    }

    /// <summary>TCP or UDP ports of sender and target; null for anything else, and for later fragments.</summary>
    public (int From, int To)? Ports
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes.Span;
            if (bytes.Length < 38 || BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) != EtherIpv4 || bytes[23] is not (6 or 17)) return null;
            if ((BinaryPrimitives.ReadUInt16BigEndian(bytes[20..]) & 0x1fff) != 0) return null;
            int start = 14 + (4 * (bytes[14] & 15));
            return bytes.Length < start + 4 ? null : (BinaryPrimitives.ReadUInt16BigEndian(bytes[start..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(start + 2)..]));
        }
    }

    /// <summary>Whether it carries payload over TCP.</summary>
    public bool HasSegment
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes.Span;
            if (Ports is null || bytes[23] != 6) return false;
            int start = 14 + (4 * (bytes[14] & 15));
            return bytes.Length > start + 12 && BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]) > start - 14 + (4 * (bytes[start + 12] >> 4));
        }
    }

    /// <summary>Hardware address of the sender.</summary>
    public ulong Source => Hardware(6);

    /// <summary>Hardware address of the target.</summary>
    public ulong Target => Hardware(0);

    private ulong Hardware(int at) => Bytes.Length < 14 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(Bytes.Span[at..]) >> 16;
}
