using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>What IP carries: TCP (RFC 9293), UDP (RFC 768), ICMP, tunnels and the rest.</summary>
internal sealed partial class Decoder
{
    private const byte IcmpProtocol = 1, TcpProtocol = 6, UdpProtocol = 17, Icmp6Protocol = 58, SctpProtocol = 132;
    private const int TcpHeader = 20, UdpHeader = 8, SctpHeader = 12;

    /// <summary>Goes on with what a complete IP packet carries.</summary>
    private void Transport(ref Envelope envelope, byte protocol, int at)
    {
        envelope.IpProtocol = protocol;
        switch (protocol)
        {
            case TcpProtocol: Tcp(ref envelope, at); break;
            case UdpProtocol: Udp(ref envelope, at); break;
            case IcmpProtocol or Icmp6Protocol: Icmp(ref envelope, at); break;
            case Authentication: PastAuthentication(ref envelope, at); break;
            default:
                if (!TryOpenIpTunnel(ref envelope, at)) Other(ref envelope, at);
                break;
        }
    }

    private void Tcp(ref Envelope envelope, int at)
    {
        int length = envelope.NetworkEnd - at, end = envelope.CapturedNetworkEnd, captured = end - at;
        if (captured < TcpHeader)
        {
            CountShort(ref envelope, "tcp-malformed", DecoderEvents.TcpTooSmall);
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, TcpHeader);
        int headerLength = (header[12] >> 4) * 4;
        if (headerLength < TcpHeader || headerLength > length)
        {
            counters.Count("tcp-malformed", envelope.Number);
            Unreadable(ref envelope, DecoderEvents.TcpHeaderTooSmall);
            return;
        }
        ref Packet packet = ref Append(ref envelope, PacketKind.Tcp);
        packet.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(header);
        packet.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        packet.Seq = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        packet.Ack = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        packet.TcpFlags = header[13];
        packet.TcpWindow = BinaryPrimitives.ReadUInt16BigEndian(header[14..]);
        packet.TransportChecksum = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        packet.TransportOffset = at;
        SetPayload(ref packet, at + headerLength, length - headerLength, end);
        if (!IsTransportRight(ref envelope, at, length, captured)) NoteTransport(ref packet, "tcp-checksum-wrong");
        packet.Hash = TupleHash.Of(packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort, TcpProtocol);
        envelope.Batch.Deal();
    }

    private void Udp(ref Envelope envelope, int at)
    {
        int room = envelope.NetworkEnd - at, end = envelope.CapturedNetworkEnd, captured = end - at;
        if (captured < UdpHeader)
        {
            CountShort(ref envelope, "udp-malformed", DecoderEvents.UdpHeaderTooSmall);
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, UdpHeader);
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        // 0 stands for "as long as the packet": jumbograms (RFC 2675) and offloading.
        if (length == 0) length = room;
        if (length < UdpHeader)
        {
            counters.Count("udp-malformed", envelope.Number);
            Unreadable(ref envelope, DecoderEvents.UdpInvalidLength);
            return;
        }
        if (length > room)
        {
            counters.Count("udp-length-beyond-packet", envelope.Number);
            envelope.Events |= DecoderEvents.UdpTooSmall;
            length = room;
        }
        end = Math.Min(end, at + length);
        ref Packet packet = ref Append(ref envelope, PacketKind.Udp);
        packet.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(header);
        packet.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        packet.TransportChecksum = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
        packet.TransportOffset = at;
        SetPayload(ref packet, at + UdpHeader, length - UdpHeader, end);
        // 0 means that the sender made none.
        if (packet.TransportChecksum != 0 && !IsTransportRight(ref envelope, at, length, end - at)) NoteTransport(ref packet, "udp-checksum-wrong");
        ushort source = packet.SourcePort, destination = packet.DestinationPort;
        packet.Hash = TupleHash.Of(packet.Source, source, packet.Destination, destination, UdpProtocol);
        envelope.Batch.Deal();
        if (IsTunnelPort(destination) || IsTunnelPort(source)) UdpTunnel(ref envelope, source, destination, at + UdpHeader, at + length);
    }

    /// <summary>The authentication header (RFC 4302) shows its transport in clear.</summary>
    private void PastAuthentication(ref Envelope envelope, int at)
    {
        int available = envelope.CapturedNetworkEnd - at;
        int length = available < 12 ? 0 : (envelope.Data[at + 1] + 2) * 4;
        if (length < 12 || length > available || envelope.Data[at] == Authentication)
        {
            CountShort(ref envelope, "authentication-header-malformed");
            return;
        }
        if (envelope.Data[at] is HopByHop or Routing or FragmentHeader or DestinationOptions) PastSecondHeaders(ref envelope, at, length);
        else Transport(ref envelope, envelope.Data[at], at + length);
    }

    /// <summary>Destination options may follow authentication, once.</summary>
    private void PastSecondHeaders(ref Envelope envelope, int at, int length)
    {
        byte next = envelope.Data[at];
        at += length;
        int available = envelope.CapturedNetworkEnd - at;
        int options = next != DestinationOptions || available < 8 ? 0 : (envelope.Data[at + 1] + 1) * 8;
        if (options == 0 || options > available || envelope.Data[at] == Authentication) CountShort(ref envelope, "authentication-header-malformed");
        else Transport(ref envelope, envelope.Data[at], at + options);
    }

    /// <summary>Any other transport: a flow of its own, without ports except for SCTP's (RFC 9260).</summary>
    private static void Other(ref Envelope envelope, int at)
    {
        NoteOther(ref envelope, envelope.NetworkEnd - at);
        ref Packet packet = ref Append(ref envelope, PacketKind.OtherIp);
        int end = envelope.CapturedNetworkEnd;
        packet.TransportOffset = Math.Min(at, end);
        SetPayload(ref packet, at, Math.Max(0, envelope.NetworkEnd - at), end);
        if (packet.IpProtocol == SctpProtocol && packet.PayloadCaptured >= SctpHeader)
        {
            ReadOnlySpan<byte> ports = packet.Payload;
            packet.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(ports);
            packet.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(ports[2..]);
        }
        packet.Hash = TupleHash.Of(packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort, packet.IpProtocol);
        envelope.Batch.Deal();
    }

    /// <summary>What rules may ask of other transports: headers that are not all there, and another version of IP than the header said.</summary>
    private static void NoteOther(ref Envelope envelope, int length)
    {
        switch (envelope.IpProtocol)
        {
            case Gre when length < 4: envelope.Events |= DecoderEvents.GreTooSmall; break;
            case SctpProtocol when length < SctpHeader: envelope.Events |= DecoderEvents.SctpTooSmall; break;
            case Ipv4InIp when !envelope.Source.IsV4: envelope.Events |= DecoderEvents.Ipv4InIpv6WrongVersion; break;
            case Ipv6InIp when !envelope.Source.IsV4: envelope.Events |= DecoderEvents.Ipv6InIpv6WrongVersion; break;
        }
    }

    /// <summary>Whether the checksum is right, or cannot be checked: not all captured, or larger than a frame, which means that a network card will fill it in.</summary>
    private static bool IsTransportRight(ref Envelope envelope, int at, int length, int captured)
    {
        if (captured < length || envelope.ChecksumsUnset || (length > LargestPlainFrame && (envelope.Notes & PacketNotes.Reassembled) == 0)) return true;
        ulong sum = Checksums.Sum(envelope.Data.AsSpan(at, length)) + Checksums.PseudoHeader(envelope.Source, envelope.Destination, envelope.IpProtocol, length);
        return Checksums.Fold(sum) == 0xFFFF;
    }

    private void NoteTransport(ref Packet packet, string name)
    {
        packet.Notes |= PacketNotes.BadTransportChecksum;
        counters.Count(name, packet.Number);
    }
}
