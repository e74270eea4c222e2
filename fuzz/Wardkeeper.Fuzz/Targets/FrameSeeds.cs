using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>Frames to begin with, built layer by layer from the inside out. Checksums of transports are left at 0.</summary>
internal static class FrameSeeds
{
    private static readonly byte[] MacA = [2, 0, 0, 0, 0, 10], MacB = [2, 0, 0, 0, 0, 11], AddressA = [10, 0, 0, 1], AddressB = [10, 0, 0, 2];
    private static readonly byte[] Wide = Convert.FromHexString("20010db8000000000000000000000001");

    public static byte[] Ethernet(int type, byte[] payload, bool isAnswer = false) => [.. isAnswer ? MacA : MacB, .. isAnswer ? MacB : MacA, .. Be16(type), .. payload];

    public static byte[] Ipv4(byte protocol, byte[] payload, bool isAnswer = false, int fragment = 0)
    {
        byte[] packet = [0x45, 0, .. Be16(20 + payload.Length), 0, 7, .. Be16(fragment), 64, protocol, 0, 0, .. isAnswer ? AddressB : AddressA, .. isAnswer ? AddressA : AddressB, .. payload];
        uint sum = 0;
        for (int i = 0; i < 20; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~sum);
        return packet;
    }

    public static byte[] Ipv6(byte next, byte[] payload) => [0x60, 0, 0, 0, .. Be16(payload.Length), next, 255, .. Wide, .. Wide[..15], 2, .. payload];

    public static byte[] Udp(int from, int to, byte[] payload) => [.. Be16(from), .. Be16(to), .. Be16(8 + payload.Length), 0, 0, .. payload];

    public static byte[] Tcp(int from, int to, uint seq, uint ack, byte flags, byte[] payload) =>
        [.. Be16(from), .. Be16(to), .. Be32(seq), .. Be32(ack), 0x50, flags, 0x10, 0, 0, 0, 0, 0, .. payload];

    /// <summary>A connection in which the client says one thing and the server another.</summary>
    public static IEnumerable<byte[]> Connection(int port, byte[] said, byte[] answered)
    {
        uint mine = 1000, yours = 5000;
        yield return Ethernet(0x800, Ipv4(6, Tcp(40000, port, mine++, 0, 2, [])));
        yield return Ethernet(0x800, Ipv4(6, Tcp(port, 40000, yours++, mine, 18, []), isAnswer: true), isAnswer: true);
        yield return Ethernet(0x800, Ipv4(6, Tcp(40000, port, mine, yours, 24, said)));
        mine += (uint)said.Length;
        yield return Ethernet(0x800, Ipv4(6, Tcp(port, 40000, yours, mine, 24, answered), isAnswer: true), isAnswer: true);
        yours += (uint)answered.Length;
        yield return Ethernet(0x800, Ipv4(6, Tcp(40000, port, mine, yours, 17, [])));
        yield return Ethernet(0x800, Ipv4(6, Tcp(port, 40000, yours, mine + 1, 17, []), isAnswer: true), isAnswer: true);
    }

    /// <summary>One frame for each way through the decoder, with its link type.</summary>
    public static IEnumerable<(int Link, byte[] Frame)> EveryLayer()
    {
        byte[] inner = Ipv4(6, Tcp(40000, 104, 1, 2, 24, [7, 8, 9])), query = Ipv4(17, Udp(40000, 5300, [1, 2, 3, 4]));
        byte[] innerFrame = Ethernet(0x8100, [0, 9, 8, 0, .. inner]);
        yield return (1, Ethernet(0x800, inner));
        yield return (1, Ethernet(0x86DD, Ipv6(0, [43, 0, 1, 4, 0, 0, 0, 0, 60, 2, 4, 1, 0, 0, 0, 0, .. Wide, 17, 0, 1, 4, 0, 0, 0, 0, .. Udp(1, 2, [3])])));
        yield return (1, Ethernet(0x86DD, Ipv6(44, [17, 0, 0, 1, 0, 0, 0, 9, .. Udp(1, 2, [.. new byte[8]])])));
        yield return (1, Ethernet(0x86DD, Ipv6(44, [17, 0, 0, 16, 0, 0, 0, 9, 1, 2])));
        yield return (1, Ethernet(0x806, new byte[28]));
        yield return (1, Ethernet(0x88A8, [0, 1, 0x81, 0, 0, 2, 8, 0, .. query]));
        yield return (1, Ethernet(60, [0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. inner]));
        yield return (1, Ethernet(38, [0x42, 0x42, 3, .. new byte[35]]));
        yield return (1, Ethernet(0x8864, [0x11, 0, 0, 1, .. Be16(inner.Length + 2), 0, 0x21, .. inner]));
        yield return (1, Ethernet(0x8847, [0, 1, 1, 64, 0, 0, 0, 0, .. innerFrame]));
        yield return (1, Ethernet(0x88E7, [0, 0, 0, 0, .. innerFrame]));
        yield return (1, Ethernet(0x800, Ipv4(47, [0, 0, 0x88, 0x3E, 0, 0, 0, 0, .. inner])));
        yield return (1, Ethernet(0x800, Ipv4(47, [0xB0, 0, 0x65, 0x58, .. new byte[12], .. innerFrame])));
        yield return (1, Ethernet(0x800, Ipv4(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 0, 0x10, 0x64, 0, 5, 0, 0, 0, 0, .. innerFrame])));
        yield return (1, Ethernet(0x800, Ipv4(47, [0x30, 0x81, 0x88, 0x0B, .. new byte[12], 0xFF, 3, 0, 0x21, .. inner])));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(50000, 4789, [8, 0, 0, 0, 0, 0, 1, 0, .. innerFrame]))));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(50000, 6081, [2, 0, 0x65, 0x58, 0, 0, 1, 0, .. new byte[8], .. innerFrame]))));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(2152, 2152, [0x34, 255, .. Be16(inner.Length + 8), 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0, .. inner]))));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(50000, 3544, [0, 1, 0, 0, .. new byte[17], .. Ipv6(59, [])]))));
        yield return (1, Ethernet(0x800, Ipv4(4, Ipv4(41, Ipv6(58, [128, 0, 0, 0, 1, 2, 3, 4])))));
        yield return (1, Ethernet(0x800, Ipv4(97, [0x30, 0, .. innerFrame])));
        yield return (1, Ethernet(0x800, Ipv4(51, [17, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, .. new byte[12], .. Udp(1, 2, [3])])));
        yield return (1, Ethernet(0x800, Ipv4(1, [3, 1, 0, 0, 0, 0, 0, 0, .. inner])));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(1, 2, new byte[24])[..16], fragment: 0x2000)));
        yield return (1, Ethernet(0x800, Ipv4(17, Udp(1, 2, new byte[24])[16..], fragment: 2)));
        yield return (0, [2, 0, 0, 0, .. inner]);
        yield return (9, [0xFF, 3, 0, 0x21, .. inner]);
        yield return (101, inner);
        yield return (105, [0x08, 1, 0, 0, .. new byte[20], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. inner]);
        yield return (113, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0, .. inner]);
        yield return (127, [0, 0, 18, 0, 3, 0, 0, 0, .. new byte[8], 0x10, 0, 0x88, 1, 0, 0, .. new byte[20], 0x80, 0, .. new byte[12], .. Be16(8 + inner.Length), 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. inner, .. new byte[6]]);
        yield return (192, [0, 0, 8, 0, 105, 0, 0, 0, 0x08, 1, 0, 0, .. new byte[20], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. inner]);
        yield return (239, [2, 0, 0, 0, 8, 0, 10, 0, 0, 0, 0, 0, 4, 0, 9, 0, .. inner]);
        yield return (276, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, .. inner]);
    }

    /// <summary>A protocol's messages in the frames that carry them.</summary>
    public static IEnumerable<byte[][]> Conversations(Protocol protocol)
    {
        int port = protocol.Info.Ports.Count > 0 ? protocol.Info.Ports[0] : 40001;
        byte[][] messages = [.. FuzzFiles.Seeds(protocol.Info.Name)];
        if (protocol.Info.Carriers.HasFlag(Carrier.Tcp))
        {
            for (int i = 0; i < messages.Length; i++) yield return [.. Connection(port, messages[i], messages[(i + 1) % messages.Length])];
        }
        if (protocol.Info.Carriers.HasFlag(Carrier.Udp))
            yield return [.. messages.Select((message, i) => Ethernet(0x800, Ipv4(17, Udp((i & 1) == 0 ? 40000 : port, (i & 1) == 0 ? port : 40000, message), (i & 1) != 0), (i & 1) != 0))];
        if (protocol.Info.Carriers.HasFlag(Carrier.Link))
            yield return [.. messages.Select(message => Ethernet(protocol.Info.EtherTypes.Count > 0 ? protocol.Info.EtherTypes[0] : 0x88CC, message))];
        if (protocol.Info.Carriers.HasFlag(Carrier.Icmp))
            yield return [.. messages.Select(static message => Ethernet(0x86DD, Ipv6(58, message)))];
        if (protocol.Info.Carriers.HasFlag(Carrier.Sctp))
            yield return [.. messages.Select(static message => Ethernet(0x800, Ipv4(132, message, false)))];
    }

    private static byte[] Be16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Be32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
