using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>The parts of a packet that rules look into. Pure.</summary>
internal static class PacketParts
{
    /// <summary>What a rule means by payload: what is behind the transport's header; of ICMP behind its eight bytes.</summary>
    public static ReadOnlySpan<byte> Payload(in Packet packet)
    {
        if (packet.Chunk is null) return default;
        if (packet.Kind is PacketKind.Icmp or PacketKind.Icmp6 or PacketKind.IcmpError) return packet.Payload.Length > 4 ? packet.Payload[4..] : default;
        return packet.Payload;
    }

    /// <summary>An address as it stands in the header: 4 or 16 bytes.</summary>
    private static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> ip, bool isSource) => ip switch
    {
        { Length: >= 20 } when ip[0] >> 4 == 4 => ip.Slice(isSource ? 12 : 16, 4),
        { Length: >= 40 } when ip[0] >> 4 == 6 => ip.Slice(isSource ? 8 : 24, 16),
        _ => default,
    };

    /// <summary>A header.</summary>
    public static ReadOnlySpan<byte> Of(BufferName name, in PacketView view)
    {
        ref readonly Packet packet = ref view.Packet;
        if (packet.Chunk is null) return default;
        ReadOnlySpan<byte> ip = view.IpHeader;
        return name switch
        {
            BufferName.EtherHeader => packet.Frame[..Math.Min(14, packet.Frame.Length)],
            BufferName.Ipv4Header => ip.Length > 0 && ip[0] >> 4 == 4 ? ip : default,
            BufferName.Ipv6Header => ip.Length >= 40 && ip[0] >> 4 == 6 ? ip[..40] : default,
            BufferName.TcpHeader => packet.Kind == PacketKind.Tcp ? view.TransportHeader : default,
            BufferName.UdpHeader => packet.Kind == PacketKind.Udp ? view.TransportHeader : default,
            BufferName.IcmpHeader => packet.Kind == PacketKind.Icmp ? view.TransportHeader[..Math.Min(8, view.TransportHeader.Length)] : default,
            BufferName.Icmpv6Header => packet.Kind == PacketKind.Icmp6 ? view.TransportHeader[..Math.Min(8, view.TransportHeader.Length)] : default,
            BufferName.IgmpHeader => packet.IpProtocol == 2 ? view.TransportHeader : default,
            BufferName.SctpHeader => packet.IpProtocol == 132 ? view.TransportHeader[..Math.Min(12, view.TransportHeader.Length)] : default,
            BufferName.SctpUserData => packet.IpProtocol == 132 ? SctpChunks.UserData(view.TransportHeader) : default,
            BufferName.SourceAddress => Address(ip, isSource: true),
            BufferName.DestinationAddress => Address(ip, isSource: false),
            _ => default,
        };
    }
}
