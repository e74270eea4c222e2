using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Tunnels directly above IP: IP in IP (RFC 2003, RFC 4213, RFC 2473), GRE (RFC 2784, RFC 2890), PPTP's GRE (RFC 2637), ERSPAN,
/// MPLS in IP (RFC 4023), EtherIP (RFC 3378) and L2TP version 3 (RFC 3931). Only what they carry becomes packets; where that cannot be read, the outer packet does.
/// </summary>
internal sealed partial class Decoder
{
    private const byte Ipv4InIp = 4, Ipv6InIp = 41, Gre = 47, EtherIp = 97, L2tpInIp = 115, MplsInIp = 137;
    private const ushort TransparentBridging = 0x6558, Erspan2Type = 0x88BE, Erspan3Type = 0x22EB, PppType = 0x880B, WccpType = 0x883E, MplsType = 0x8847, Ieee80211Type = 0x8200;
    private readonly TunnelTable tunnels = new(counters, limits);

    /// <summary>A tunnel's unique id by the index in <see cref="Packet.Tunnel"/>; null for 0. May be called from any thread that was given the packet.</summary>
    public string? TunnelUid(int index) => tunnels.Uid(index);

    /// <summary>Opens an IP protocol that is a tunnel. False if it is none, or one that cannot be read.</summary>
    private bool TryOpenIpTunnel(ref Envelope envelope, int at)
    {
        int available = envelope.CapturedNetworkEnd - at;
        switch (envelope.IpProtocol)
        {
            case Ipv4InIp when available >= Ipv4Header && envelope.Data[at] >> 4 == 4: return TryInner(ref envelope, TunnelKind.IpInIp, 0, at, Ipv4Type);
            case Ipv6InIp when available >= Ipv6Header && envelope.Data[at] >> 4 == 6: return TryInner(ref envelope, TunnelKind.IpInIp, 0, at, Ipv6Type);
            case MplsInIp when available >= 5: return TryInner(ref envelope, TunnelKind.IpInIp, MplsInIp, at, MplsType);
            case EtherIp when available >= 2 + EthernetHeader && envelope.Data[at] >> 4 == 3: return TryInner(ref envelope, TunnelKind.EtherIp, 0, at + 2, TransparentBridging);
            case Gre when available >= 4: return TryGre(ref envelope, at);
            case L2tpInIp when available > 4: return TryL2tp3(ref envelope, at, available);
            default: return false;
        }
    }

    private bool TryGre(ref Envelope envelope, int at)
    {
        int flags = BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at)), version = flags & 7;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at + 2));
        // Source routing (0x4000) was withdrawn and is not followed.
        if (version > 1 || (flags & 0x4000) != 0) return Refuse(ref envelope, "gre-other");
        bool hasSequence = (flags & 0x1000) != 0;
        int inner = at + 4 + ((flags & 0x8000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) + (hasSequence ? 4 : 0) + (version == 1 && (flags & 0x80) != 0 ? 4 : 0);
        int available = envelope.CapturedNetworkEnd - inner;
        if (available <= 0) return false;
        switch (type)
        {
            case Ipv4Type or Ipv6Type or MplsType or 0x8848 or TransparentBridging: return TryInner(ref envelope, TunnelKind.Gre, 0, inner, type);
            // WCCP version 2 puts four bytes before the packet.
            case WccpType when envelope.Data[inner] >> 4 == 4: return TryInner(ref envelope, TunnelKind.Gre, 0, inner, Ipv4Type);
            case WccpType when available > 4 && envelope.Data[inner + 4] >> 4 == 4: return TryInner(ref envelope, TunnelKind.Gre, 0, inner + 4, Ipv4Type);
            case Erspan2Type: return TryErspan2(ref envelope, inner, available, hasSequence);
            case Erspan3Type: return TryErspan3(ref envelope, inner, available);
            // Aruba's access points bring their stations' frames to the controller, as they came by radio.
            case >= 0x8200 and < 0x8400 when available > Ieee80211Header && (envelope.Data[inner] & 0x0F) == 8: return TryInner(ref envelope, TunnelKind.Gre, 0, inner, Ieee80211Type);
            case PppType when IsIpInPpp(envelope.Data.AsSpan(inner, available)): return TryInner(ref envelope, TunnelKind.Gre, 0, inner, PppType);
            default: return Refuse(ref envelope, "gre-other");
        }
    }

    /// <summary>ERSPAN type II has a header when GRE has a sequence number; type I has neither.</summary>
    private bool TryErspan2(ref Envelope envelope, int at, int available, bool hasHeader)
    {
        if (!hasHeader) return TryInner(ref envelope, TunnelKind.Erspan, 0, at, TransparentBridging);
        if (available < 8 + EthernetHeader || envelope.Data[at] >> 4 != 1) return Refuse(ref envelope, "erspan-malformed");
        uint header = BinaryPrimitives.ReadUInt32BigEndian(envelope.Data.AsSpan(at));
        return TryInner(ref envelope, TunnelKind.Erspan, header & 0x3FF, at + 8, TransparentBridging, (ushort)((header >> 16) & 0xFFF));
    }

    private bool TryErspan3(ref Envelope envelope, int at, int available)
    {
        if (available < 12 || envelope.Data[at] >> 4 != 2) return Refuse(ref envelope, "erspan-malformed");
        uint header = BinaryPrimitives.ReadUInt32BigEndian(envelope.Data.AsSpan(at));
        int last = BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at + 10)), inner = at + ((last & 1) != 0 ? 20 : 12);
        if (inner >= envelope.CapturedNetworkEnd) return Refuse(ref envelope, "erspan-malformed");
        ushort vlan = (ushort)((header >> 16) & 0xFFF);
        // Frame type 2 is bare IP.
        if (((last >> 10) & 0x1F) != 2) return TryInner(ref envelope, TunnelKind.Erspan, header & 0x3FF, inner, TransparentBridging, vlan);
        return TryInner(ref envelope, TunnelKind.Erspan, header & 0x3FF, inner, envelope.Data[inner] >> 4 == 6 ? Ipv6Type : Ipv4Type);
    }

    /// <summary>Data of a session other than 0. Only its ends know the length of the cookie and of the sublayer: a frame has to show itself.</summary>
    private bool TryL2tp3(ref Envelope envelope, int at, int available)
    {
        uint session = BinaryPrimitives.ReadUInt32BigEndian(envelope.Data.AsSpan(at));
        int header = session == 0 ? -1 : L2tp3Header(envelope.Data.AsSpan(at, available), 4);
        return header >= 0 && TryInner(ref envelope, TunnelKind.L2tp, session, at + header, TransparentBridging);
    }

    private static bool IsIpInPpp(ReadOnlySpan<byte> ppp)
    {
        if (ppp.StartsWith(new byte[] { 0xFF, 0x03 })) ppp = ppp[2..];
        return ppp.Length >= 2 && (ppp[0] is 0x21 or 0x57 || (ppp[0] == 0 && ppp[1] is 0x21 or 0x57));
    }

    private bool Refuse(ref Envelope envelope, string counter)
    {
        counters.Count(counter, envelope.Number);
        return false;
    }

    /// <summary>Goes on with what a tunnel carries, up to the end of the outer IP packet.</summary>
    private bool TryInner(ref Envelope envelope, TunnelKind kind, uint network, int at, ushort type, ushort vlan = 0) =>
        TryInner(ref envelope, tunnels.Find(ref envelope, kind, network), at, envelope.NetworkEnd, type, vlan);

    /// <summary>Goes on with what a tunnel carries.</summary>
    /// <param name="envelope">The outer packet, which stays as it is.</param>
    /// <param name="tunnel">Index of the tunnel.</param>
    /// <param name="at">Where the inner packet begins.</param>
    /// <param name="end">Where it ends, as the outer headers say.</param>
    /// <param name="type">EtherType of the inner packet.</param>
    /// <param name="vlan">The VLAN the tunnel says an untagged inner frame comes from.</param>
    private bool TryInner(ref Envelope envelope, int tunnel, int at, int end, ushort type, ushort vlan)
    {
        if (envelope.Depth >= limits.TunnelDepth) return Refuse(ref envelope, "tunnel-too-deep");
        Envelope inner = envelope;
        inner.Depth++;
        inner.Tunnel = tunnel;
        inner.FrameOffset = at;
        inner.End = Math.Min(envelope.End, end);
        inner.WireEnd = end;
        inner.IpId = 0;
        inner.Notes = (envelope.Notes & ~PacketNotes.BadIpChecksum) | PacketNotes.Tunnelled;
        switch (type)
        {
            case Ipv4Type: Ipv4(ref inner, at); break;
            case Ipv6Type: Ipv6(ref inner, at); break;
            case PppType: Ppp(ref inner, at); break;
            case TransparentBridging: Bridged(ref inner, at, vlan); break;
            case NshType: Nsh(ref inner, at); break;
            case Ieee80211Type: Ieee80211(ref inner, at, isPadded: false, IsSwapped(inner.Data.AsSpan(at, inner.Available(at)))); break;
            default: Mpls(ref inner, type, at); break;
        }
        return true;
    }

    /// <summary>An Ethernet frame out of a tunnel: its stations and tags are the ones that count.</summary>
    private void Bridged(ref Envelope inner, int at, ushort vlan)
    {
        bool isTagged = inner.Available(at) >= EthernetHeader && IsTag(BinaryPrimitives.ReadUInt16BigEndian(inner.Data.AsSpan(at + 12)), out _);
        inner.Vlan = isTagged ? (ushort)0 : vlan;
        inner.InnerVlan = 0;
        Ethernet(ref inner, at);
    }
}
