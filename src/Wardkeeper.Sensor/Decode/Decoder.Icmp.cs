using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>ICMP (RFC 792) and ICMPv6 (RFC 4443), and the packets that errors quote.</summary>
internal sealed partial class Decoder
{
    private const int IcmpHeader = 4, QuoteOffset = 8;

    private void Icmp(ref Envelope envelope, int at)
    {
        bool isV6 = envelope.IpProtocol == Icmp6Protocol;
        int length = envelope.NetworkEnd - at, end = envelope.CapturedNetworkEnd, captured = end - at;
        if (captured < IcmpHeader)
        {
            CountShort(ref envelope, "icmp-malformed", isV6 ? DecoderEvents.Icmp6TooSmall : DecoderEvents.IcmpTooSmall);
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, IcmpHeader);
        ref Packet packet = ref Append(ref envelope, isV6 ? PacketKind.Icmp6 : PacketKind.Icmp);
        byte type = header[0];
        packet.SourcePort = type;
        packet.DestinationPort = header[1];
        packet.TransportChecksum = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        packet.TransportOffset = at;
        SetPayload(ref packet, at + IcmpHeader, length - IcmpHeader, end);
        bool isRight = isV6 ? IsTransportRight(ref envelope, at, length, captured)
            : captured < length || length > LargestPlainFrame || Checksums.IsRight(envelope.Data.AsSpan(at, length));
        if (!isRight) NoteTransport(ref packet, "icmp-checksum-wrong");
        packet.Hash = TupleHash.Of(packet.Source, 0, packet.Destination, 0, envelope.IpProtocol);
        envelope.Batch.Deal();
        if (IsError(isV6, type) && captured > QuoteOffset) Quoted(ref envelope, at, end);
    }

    /// <summary>Messages that quote the packet they complain about (RFC 1122, section 3.2.2; RFC 4443, section 2.1). An IPv6 redirect quotes within options and is left out.</summary>
    private static bool IsError(bool isV6, byte type) => isV6 ? type is >= 1 and <= 4 : type is 3 or 4 or 5 or 11 or 12;

    /// <summary>Deals the error to the flow whose packet it quotes, in the direction of that packet. Its payload is the ICMP message.</summary>
    private static void Quoted(ref Envelope envelope, int icmp, int end)
    {
        int at = icmp + QuoteOffset;
        ReadOnlySpan<byte> quote = envelope.Data.AsSpan(at, end - at);
        if (!TryReadQuote(quote, out Address source, out Address destination, out byte protocol, out int header)) return;
        ReadOnlySpan<byte> transport = quote[header..];
        ushort sourcePort = 0, destinationPort = 0;
        if (protocol is TcpProtocol or UdpProtocol)
        {
            if (transport.Length < 4) return;
            sourcePort = BinaryPrimitives.ReadUInt16BigEndian(transport);
            destinationPort = BinaryPrimitives.ReadUInt16BigEndian(transport[2..]);
        }
        else if (protocol is IcmpProtocol or Icmp6Protocol && transport.Length >= 2)
        {
            (sourcePort, destinationPort) = (transport[0], transport[1]);
        }
        ref Packet packet = ref Append(ref envelope, PacketKind.IcmpError);
        (packet.Source, packet.Destination) = (source, destination);
        (packet.SourcePort, packet.DestinationPort) = (sourcePort, destinationPort);
        packet.IpProtocol = protocol;
        if (protocol == TcpProtocol && transport.Length >= 8) packet.Seq = BinaryPrimitives.ReadUInt32BigEndian(transport[4..]);
        packet.TransportOffset = icmp;
        SetPayload(ref packet, icmp, envelope.NetworkEnd - icmp, end);
        bool hasPorts = protocol is TcpProtocol or UdpProtocol;
        packet.Hash = TupleHash.Of(source, hasPorts ? sourcePort : (ushort)0, destination, hasPorts ? destinationPort : (ushort)0, protocol);
        envelope.Batch.Deal();
    }

    /// <summary>Reads the quoted IP header. False where its transport is not quoted or is in another fragment.</summary>
    private static bool TryReadQuote(ReadOnlySpan<byte> quote, out Address source, out Address destination, out byte protocol, out int header)
    {
        source = destination = default;
        protocol = 0;
        header = 0;
        if (quote.Length >= Ipv4Header && quote[0] >> 4 == 4)
        {
            header = (quote[0] & 15) * 4;
            protocol = quote[9];
            source = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(quote[12..]));
            destination = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(quote[16..]));
            return header >= Ipv4Header && header <= quote.Length && (BinaryPrimitives.ReadUInt16BigEndian(quote[6..]) & 0x1FFF) == 0;
        }
        if (quote.Length < Ipv6Header || quote[0] >> 4 != 6) return false;
        source = Address.Read(quote.Slice(8, 16));
        destination = Address.Read(quote.Slice(24, 16));
        if (source.IsPlaceholder || destination.IsPlaceholder) return false;
        protocol = quote[6];
        header = Ipv6Header;
        for (int count = 0; protocol is HopByHop or Routing or FragmentHeader or DestinationOptions; count++)
        {
            if (quote.Length - header < 8 || count == MostExtensions) return false;
            if (protocol == FragmentHeader && (BinaryPrimitives.ReadUInt16BigEndian(quote[(header + 2)..]) & 0xFFF8) != 0) return false;
            int length = protocol == FragmentHeader ? 8 : (quote[header + 1] + 1) * 8;
            protocol = quote[header];
            header += length;
            if (header > quote.Length) return false;
        }
        return true;
    }
}
