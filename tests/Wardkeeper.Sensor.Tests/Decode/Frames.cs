using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Tests.Decode;

/// <summary>Builds frames layer by layer, with right lengths and checksums, from the inside out.</summary>
internal static class Frames
{
    public static readonly byte[] MacA = [0x02, 0, 0, 0, 0, 0x0A], MacB = [0x02, 0, 0, 0, 0, 0x0B];
    public static readonly byte[] A4 = [10, 0, 0, 1], B4 = [10, 0, 0, 2], C4 = [10, 9, 0, 3], D4 = [10, 9, 0, 4];
    public static readonly byte[] A6 = Convert.FromHexString("20010db8000000000000000000000001"), B6 = Convert.FromHexString("20010db8000000000000000000000002");

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Be16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Be32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Bytes(int count, int seed = 1) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 7) + seed))];

    public static byte[] Ethernet(byte[] payload, int type = 0x0800, byte[]? source = null, byte[]? destination = null) =>
        Join(destination ?? MacB, source ?? MacA, Be16(type), payload);

    public static byte[] Vlan(int id, int innerType, byte[] payload) => Join(Be16(id), Be16(innerType), payload);

    public static byte[] Ipv4(byte protocol, byte[] payload, byte[]? source = null, byte[]? destination = null, int id = 7, int fragment = 0, byte[]? options = null, int? length = null)
    {
        options ??= [];
        int header = 20 + options.Length;
        byte[] packet = Join([(byte)(0x40 | (header / 4)), 0], Be16(length ?? header + payload.Length), Be16(id), Be16(fragment), [64, protocol, 0, 0], source ?? A4, destination ?? B4, options, payload);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, header)));
        return packet;
    }

    public static byte[] Ipv6(byte next, byte[] payload, byte[]? source = null, byte[]? destination = null) =>
        Join([0x60, 0, 0, 0], Be16(payload.Length), [next, 64], source ?? A6, destination ?? B6, payload);

    public static byte[] Tcp(byte[] payload, int sourcePort = 1025, int destinationPort = 80, byte flags = 0x18, byte[]? source = null, byte[]? destination = null, byte[]? options = null, uint seq = 1000)
    {
        options ??= [];
        byte[] segment = Join(Be16(sourcePort), Be16(destinationPort), Be32(seq), Be32(2000), [(byte)((20 + options.Length) / 4 << 4), flags], Be16(4096), [0, 0, 0, 0], options, payload);
        return Seal(segment, 16, 6, source ?? A4, destination ?? B4);
    }

    public static byte[] Udp(byte[] payload, int sourcePort = 1025, int destinationPort = 5300, byte[]? source = null, byte[]? destination = null) =>
        Seal(Join(Be16(sourcePort), Be16(destinationPort), Be16(8 + payload.Length), [0, 0], payload), 6, 17, source ?? A4, destination ?? B4);

    public static byte[] Icmp(byte type, byte code, byte[] rest)
    {
        byte[] message = Join([type, code, 0, 0], rest);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    public static byte[] Icmp6(byte type, byte code, byte[] rest, byte[]? source = null, byte[]? destination = null) =>
        Seal(Join([type, code, 0, 0], rest), 2, 58, source ?? A6, destination ?? B6);

    /// <summary>Fills in a transport checksum, computed the slow way.</summary>
    public static byte[] Seal(byte[] segment, int at, byte protocol, byte[] source, byte[] destination)
    {
        byte[] all = Join(source, destination, Be32((uint)segment.Length), [0, 0, 0, protocol], segment);
        ushort checksum = Checksum(all);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(at), checksum == 0 ? (ushort)0xFFFF : checksum);
        return segment;
    }

    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++) sum += (uint)(bytes[i] << ((i & 1) == 0 ? 8 : 0));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>A UDP datagram's packet cut into IPv4 fragments of <paramref name="size"/> bytes each.</summary>
    public static List<byte[]> Fragments4(byte[] payload, int size, byte protocol = 17, int id = 77)
    {
        List<byte[]> fragments = [];
        for (int at = 0; at < payload.Length; at += size)
        {
            int length = Math.Min(size, payload.Length - at);
            fragments.Add(Ethernet(Ipv4(protocol, payload[at..(at + length)], id: id, fragment: (at / 8) | (at + length < payload.Length ? 0x2000 : 0))));
        }
        return fragments;
    }

    public static byte[] Fragment6(byte[] piece, int offset, bool more, byte next = 17, uint id = 99) =>
        Ethernet(Ipv6(44, Join([next, 0], Be16(offset | (more ? 1 : 0)), Be32(id), piece)), 0x86DD);
}
