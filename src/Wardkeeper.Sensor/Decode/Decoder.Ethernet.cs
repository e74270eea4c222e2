using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>Ethernet (IEEE 802.3), its tags and what EtherTypes and LLC lead to.</summary>
internal sealed partial class Decoder
{
    private const int EthernetHeader = 14, MostTags = 8, MostLabels = 16, NshHeader = 8;
    private const ushort Ipv4Type = 0x0800, Ipv6Type = 0x86DD, StpType = 0x4242, NshType = 0x894F, FabricPathType = 0x8903;

    private void Ethernet(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < EthernetHeader)
        {
            CountShort(ref envelope, "ethernet-malformed");
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, EthernetHeader);
        envelope.DestinationMac = new MacAddress(BinaryPrimitives.ReadUInt64BigEndian(header) >> 16);
        ulong rest = BinaryPrimitives.ReadUInt64BigEndian(header[6..]);
        envelope.SourceMac = new MacAddress(rest >> 16);
        ushort type = (ushort)rest;
        at += EthernetHeader;
        if (type == Ipv4Type) Ipv4(ref envelope, at);
        else ByEtherType(ref envelope, type, at);
    }

    /// <summary>What follows an EtherType, or an IEEE 802.3 length in its place.</summary>
    private void ByEtherType(ref Envelope envelope, ushort type, int at)
    {
        while (IsTag(type, out int size))
        {
            if (envelope.Available(at) < size || envelope.Tags == MostTags)
            {
                CountShort(ref envelope, "vlan-malformed");
                return;
            }
            if (size == 4) NoteVlan(ref envelope, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at)) & 0x0FFF));
            type = BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at + size - 2));
            at += size;
            envelope.Tags++;
        }
        switch (type)
        {
            case Ipv4Type: Ipv4(ref envelope, at); break;
            case Ipv6Type: Ipv6(ref envelope, at); break;
            case 0x8864: PppoeSession(ref envelope, at); break;
            case 0x8847 or 0x8848: Mpls(ref envelope, type, at); break;
            // A provider's backbone (IEEE 802.1ah): four bytes of service tag, then the customer's frame.
            case 0x88E7: InnerEthernet(ref envelope, at + 4); break;
            // Cisco's FabricPath: a forwarding tag of two bytes.
            case FabricPathType: InnerEthernet(ref envelope, at + 2); break;
            case NshType: Nsh(ref envelope, at); break;
            case < 0x0600: Ieee8023(ref envelope, type, at); break;
            default: Link(ref envelope, type, at, envelope.WireEnd); break;
        }
    }

    /// <summary>IEEE 802.1Q, 802.1ad and their forerunners; VN-Tag and 802.1BR E-Tag, whose ids are of no use here.</summary>
    private static bool IsTag(ushort type, out int size)
    {
        size = type switch { 0x8100 or 0x88A8 or 0x9100 or 0x9200 => 4, 0x8926 => 6, 0x893F => 8, _ => 0 };
        return size != 0;
    }

    private static void NoteVlan(ref Envelope envelope, ushort vlan)
    {
        if (envelope.Vlan == 0) envelope.Vlan = vlan;
        else if (envelope.InnerVlan == 0) envelope.InnerVlan = vlan;
    }

    /// <summary>A frame with a length instead of an EtherType: LLC (IEEE 802.2) follows.</summary>
    private void Ieee8023(ref Envelope envelope, int length, int at)
    {
        if ((envelope.DestinationMac.Value >> 8) is 0x01000C0000 or 0x03000C0000)
        {
            counters.Count("isl", envelope.Number);
            return;
        }
        // Padding is not payload; a length beyond the frame is not believed.
        if (length > 0 && length < envelope.WireEnd - at) envelope.WireEnd = at + length;
        envelope.End = Math.Min(envelope.End, envelope.WireEnd);
        Llc(ref envelope, at);
    }

    /// <summary>LLC: SNAP leads to an EtherType, spanning tree and IP have their own access points, the rest is only counted.</summary>
    private void Llc(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < 3)
        {
            CountShort(ref envelope, "llc-malformed");
            return;
        }
        ReadOnlySpan<byte> llc = envelope.Data.AsSpan(at, envelope.Available(at));
        switch (llc[0], llc[1])
        {
            // The control field of frames that are numbered has two bytes.
            case (0x42, 0x42) when llc.Length > 3 || (llc[2] & 3) == 3: Link(ref envelope, StpType, at + ((llc[2] & 3) == 3 ? 3 : 4), envelope.WireEnd); break;
            case (0x06, 0x06): Ipv4(ref envelope, at + 3); break;
            case (0xAA, 0xAA) when llc.Length >= 8: Snap(ref envelope, llc, at + 8); break;
            case (0xFF, 0xFF): counters.Count("novell-raw", envelope.Number); break;
            default: counters.Count("llc-other", envelope.Number); break;
        }
    }

    private void Snap(ref Envelope envelope, ReadOnlySpan<byte> llc, int at)
    {
        int organisation = (llc[3] << 16) | (llc[4] << 8) | llc[5];
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(llc[6..]);
        // RFC 1042 and IEEE 802.1H put EtherTypes behind these two; any other organisation numbers its own protocols.
        if (organisation is 0 or 0x0000F8 && type >= 0x0600) ByEtherType(ref envelope, type, at);
        else if (type < RadioTypes.End) counters.Count("llc-other", envelope.Number);
        else Link(ref envelope, type, at, envelope.WireEnd);
    }

    /// <summary>A frame without IP, for the analysers of the link layer.</summary>
    private static ref Packet Link(ref Envelope envelope, ushort type, int at, int end)
    {
        envelope.NetworkOffset = envelope.FrameOffset;
        ref Packet packet = ref Append(ref envelope, PacketKind.Link);
        packet.EtherType = type;
        packet.TransportOffset = at;
        SetPayload(ref packet, at, Math.Max(0, end - at), envelope.End);
        packet.Hash = TupleHash.Of(packet.SourceMac, packet.DestinationMac, type);
        envelope.Batch.Deal();
        return ref packet;
    }

    /// <summary>PPPoE (RFC 2516) and the PPP frame in it.</summary>
    private void PppoeSession(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < 8)
        {
            CountShort(ref envelope, "pppoe-malformed");
            return;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at + 4));
        at += 6;
        if (length < envelope.WireEnd - at) envelope.WireEnd = at + length;
        envelope.End = Math.Min(envelope.End, envelope.WireEnd);
        Ppp(ref envelope, at);
    }

    /// <summary>PPP (RFC 1661) from its address and control bytes, if there are any, or from its protocol.</summary>
    private void Ppp(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) >= 2 && envelope.Data[at] == 0xFF && envelope.Data[at + 1] == 0x03) at += 2;
        if (envelope.Available(at) < 2)
        {
            CountShort(ref envelope, "ppp-malformed");
            return;
        }
        // An odd first byte is a whole protocol number: its zero first byte was compressed away.
        int protocol = envelope.Data[at++];
        if ((protocol & 1) == 0) protocol = (protocol << 8) | envelope.Data[at++];
        switch (protocol)
        {
            case 0x0021: Ipv4(ref envelope, at); break;
            case 0x0057: Ipv6(ref envelope, at); break;
            case 0x0281 or 0x0283: Mpls(ref envelope, 0x8847, at); break;
            default: counters.Count("ppp-other", envelope.Number); break;
        }
    }

    /// <summary>MPLS (RFC 3032): labels do not say what follows, but IP shows its version in its first four bits.</summary>
    private void Mpls(ref Envelope envelope, ushort type, int at)
    {
        for (int labels = 0; labels < MostLabels; labels++)
        {
            if (envelope.Available(at) < 5) break;
            bool isLast = (envelope.Data[at + 2] & 1) != 0;
            at += 4;
            if (!isLast) continue;
            InnerOfMpls(ref envelope, type, at);
            return;
        }
        CountShort(ref envelope, "mpls-malformed");
    }

    private void InnerOfMpls(ref Envelope envelope, ushort type, int at)
    {
        switch (envelope.Data[at] >> 4)
        {
            case 4: Ipv4(ref envelope, at); break;
            case 6: Ipv6(ref envelope, at); break;
            // A pseudowire with its control word (RFC 4385); Ethernet is what they carry nearly always.
            case 0 when envelope.Available(at) >= 4 + EthernetHeader + 1: InnerEthernet(ref envelope, at + 4); break;
            default: Link(ref envelope, type, at, envelope.WireEnd); break;
        }
    }

    /// <summary>The network service header (RFC 8300): it says how long it is and what follows.</summary>
    private void Nsh(ref Envelope envelope, int at)
    {
        int available = envelope.Available(at), length = available < NshHeader ? 0 : (envelope.Data[at + 1] & 0x3F) * 4;
        if (length < NshHeader || length >= available || envelope.Data[at] >> 6 != 0)
        {
            CountShort(ref envelope, "nsh-malformed");
            return;
        }
        byte next = envelope.Data[at + 3];
        at += length;
        switch (next)
        {
            case 1: Ipv4(ref envelope, at); break;
            case 2: Ipv6(ref envelope, at); break;
            case 3: InnerEthernet(ref envelope, at); break;
            case 5: Mpls(ref envelope, MplsType, at); break;
            default: counters.Count("nsh-other", envelope.Number); break;
        }
    }

    /// <summary>An Ethernet frame within another that is no tunnel of its own: its addresses and tags replace the outer ones.</summary>
    private void InnerEthernet(ref Envelope envelope, int at)
    {
        if (++envelope.Depth > limits.TunnelDepth)
        {
            counters.Count("tunnel-too-deep", envelope.Number);
            return;
        }
        envelope.Vlan = envelope.InnerVlan = 0;
        envelope.FrameOffset = at;
        Ethernet(ref envelope, at);
    }
}
