using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Tunnels above UDP: VXLAN (RFC 7348) with its extensions, GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), data of L2TP (RFC 2661,
/// RFC 3931) and what access points carry to their controller by CAPWAP (RFC 5415). The datagram itself is dealt as well. A port only raises the question; the header has to be right in every bit that is fixed, and to lead to something plausible.
/// </summary>
internal sealed partial class Decoder
{
    private const ushort VxlanPort = 4789, VxlanGpePort = 4790, LinuxVxlanPort = 8472, GenevePort = 6081, GtpUPort = 2152, TeredoPort = 3544, L2tpPort = 1701, CapwapDataPort = 5247;

    private static bool IsTunnelPort(ushort port) => port is VxlanPort or VxlanGpePort or LinuxVxlanPort or GenevePort or GtpUPort or TeredoPort or L2tpPort or CapwapDataPort;

    private void UdpTunnel(ref Envelope envelope, ushort source, ushort destination, int at, int end)
    {
        int captured = Math.Min(envelope.End, end) - at;
        if (captured <= 8) return;
        ReadOnlySpan<byte> payload = envelope.Data.AsSpan(at, captured);
        uint ports = ((uint)Math.Min(source, destination) << 16) | Math.Max(source, destination);
        bool isOpen = false;
        int header = 0;
        uint network = 0;
        ushort type = 0;
        TunnelKind kind = default;
        if (destination == VxlanGpePort) (isOpen, kind) = (IsVxlanGpe(payload, out header, out network, out type), TunnelKind.Vxlan);
        else if (destination is VxlanPort or LinuxVxlanPort || source is VxlanPort or LinuxVxlanPort) (isOpen, kind) = (IsVxlan(payload, out header, out network, out type), TunnelKind.Vxlan);
        else if (destination == GenevePort) (isOpen, kind) = (IsGeneve(payload, out header, out network, out type), TunnelKind.Geneve);
        else if (destination == GtpUPort) (isOpen, kind, network) = (IsGtpU(payload, end - at, out header, out type), TunnelKind.GtpU, ports);
        else if (destination == L2tpPort || source == L2tpPort) (isOpen, kind) = (IsL2tp(payload, out header, out network, out type), TunnelKind.L2tp);
        else if (destination == CapwapDataPort || source == CapwapDataPort) (isOpen, kind, network) = (IsCapwap(payload, out header, out type), TunnelKind.Capwap, ports);
        if (!isOpen && (destination == TeredoPort || source == TeredoPort)) (isOpen, kind, network) = (IsTeredo(payload, end - at, out header, out type), TunnelKind.Teredo, ports);
        if (!isOpen) return;
        TryInner(ref envelope, tunnels.Find(ref envelope, kind, network, source, destination), at + header, end, type, 0);
    }

    /// <summary>VXLAN, with its group policy extension.</summary>
    private static bool IsVxlan(ReadOnlySpan<byte> payload, out int header, out uint network, out ushort type)
    {
        header = 8;
        type = TransparentBridging;
        network = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) >> 8;
        bool hasGroup = (payload[0] & 0x80) != 0;
        if ((payload[0] & 0x08) == 0) return false;
        bool isStrict = (payload[0] & 0x77) == 0 && payload[7] == 0 && (hasGroup ? (payload[1] & 0xB7) == 0 : payload[1] == 0 && payload[2] == 0 && payload[3] == 0);
        // Reserved bits are to be ignored by receivers; where they are set, what follows has to show what it is.
        return IsPlausibleEthernet(payload[8..]) && (isStrict || IsPlainIpFrame(payload[8..]));
    }

    /// <summary>VXLAN with the generic protocol extension (draft-ietf-nvo3-vxlan-gpe): it says what follows.</summary>
    private static bool IsVxlanGpe(ReadOnlySpan<byte> payload, out int header, out uint network, out ushort type)
    {
        header = 8;
        network = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) >> 8;
        type = payload[3] switch { 1 => Ipv4Type, 2 => Ipv6Type, 3 => TransparentBridging, 4 => NshType, _ => 0 };
        return (payload[0] & 0xFC) == 0x0C && payload[1] == 0 && payload[2] == 0 && payload[7] == 0 && IsPlausible(payload[8..], type);
    }

    private static bool IsGeneve(ReadOnlySpan<byte> payload, out int header, out uint network, out ushort type)
    {
        header = 8 + ((payload[0] & 0x3F) * 4);
        network = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) >> 8;
        type = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        return payload[0] >> 6 == 0 && (payload[1] & 0x3F) == 0 && payload[7] == 0 && payload.Length > header && IsPlausible(payload[header..], type);
    }

    /// <summary>GTP version 1 carrying a user's packet, past the optional fields and extension headers.</summary>
    private static bool IsGtpU(ReadOnlySpan<byte> payload, int length, out int header, out ushort type)
    {
        header = 8;
        type = 0;
        if ((payload[0] & 0xF8) != 0x30 || payload[1] != 255 || BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) != length - 8) return false;
        if ((payload[0] & 7) != 0) header += 4;
        if (payload.Length <= header) return false;
        byte next = (payload[0] & 4) != 0 ? payload[11] : (byte)0;
        for (int count = 0; next != 0; count++)
        {
            int units = payload[header];
            header += units * 4;
            if (units == 0 || count == MostExtensions || payload.Length <= header) return false;
            next = payload[header - 1];
        }
        type = payload[header] >> 4 == 6 ? Ipv6Type : Ipv4Type;
        return IsPlausible(payload[header..], type);
    }

    /// <summary>Teredo: optional authentication and origin indication, then an IPv6 packet that fills the datagram.</summary>
    private static bool IsTeredo(ReadOnlySpan<byte> payload, int length, out int header, out ushort type)
    {
        header = 0;
        type = Ipv6Type;
        if (payload[0] == 0 && payload[1] == 1) header = 13 + payload[2] + payload[3];
        if (payload.Length > header + 8 && payload[header] == 0 && payload[header + 1] == 0) header += 8;
        if (payload.Length < header + Ipv6Header || payload[header] >> 4 != 6) return false;
        return header + Ipv6Header + BinaryPrimitives.ReadUInt16BigEndian(payload[(header + 4)..]) <= length;
    }

    /// <summary>L2TP version 2 with IP in PPP (RFC 2661 3.1), or version 3 with Ethernet (RFC 3931 4.1.2.1); control messages are not opened.</summary>
    private static bool IsL2tp(ReadOnlySpan<byte> payload, out int header, out uint network, out ushort type)
    {
        int flags = BinaryPrimitives.ReadUInt16BigEndian(payload);
        bool hasLength = (flags & 0x4000) != 0;
        header = hasLength ? 4 : 2;
        network = BinaryPrimitives.ReadUInt32BigEndian(payload[header..]);
        type = PppType;
        if (flags == 3)
        {
            (network, type) = (BinaryPrimitives.ReadUInt32BigEndian(payload[4..]), TransparentBridging);
            header = network == 0 ? -1 : L2tp3Header(payload, 8);
            return header > 0;
        }
        if ((flags & 0xB4FF) != 2) return false;
        header += (flags & 0x0800) != 0 ? 8 : 4;
        if ((flags & 0x0200) != 0) header += payload.Length < header + 2 ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(payload[header..]);
        return payload.Length > header && IsIpInPpp(payload[header..]);
    }

    /// <summary>Where a frame with IP begins behind a session's number: after a cookie of 0, 4 or 8 bytes and perhaps a sublayer of 4; -1 if nowhere.</summary>
    private static int L2tp3Header(ReadOnlySpan<byte> payload, int from)
    {
        for (int at = from; at <= from + 12 && payload.Length > at + EthernetHeader; at += 4)
        {
            if (IsPlausibleEthernet(payload[at..]) && IsPlainIpFrame(payload[at..])) return at;
        }
        return -1;
    }

    /// <summary>Data or management of a station that is not a fragment: a frame of its radio, or of Ethernet (RFC 5415 4.3).</summary>
    private static bool IsCapwap(ReadOnlySpan<byte> payload, out int header, out ushort type)
    {
        header = (payload[1] >> 3) * 4;
        bool isNative = (payload[2] & 1) != 0;
        type = isNative ? Ieee80211Type : TransparentBridging;
        // No version but 0, no DTLS; the flags for a fragment and for keeping alive are not set, and reserved ones neither.
        if (payload[0] != 0 || (payload[2] & 0x3E) is not (0 or 2) || (payload[3] & 0x8F) != 0 || header < 8 || payload.Length <= header + Ieee80211Header) return false;
        ReadOnlySpan<byte> inner = payload[header..];
        return isNative ? (inner[0] & 7) == 0 || (inner[1] & 7) == 0 : IsPlausibleEthernet(inner);
    }

    private static bool IsPlausible(ReadOnlySpan<byte> inner, ushort type) => type switch
    {
        TransparentBridging => IsPlausibleEthernet(inner),
        Ipv4Type => inner.Length >= Ipv4Header && inner[0] is >= 0x45 and <= 0x4F,
        Ipv6Type => inner.Length >= Ipv6Header && inner[0] >> 4 == 6,
        NshType => inner.Length > NshHeader && inner[0] >> 6 == 0,
        _ => false,
    };

    /// <summary>Nobody sends from a group address, and a frame says what it carries.</summary>
    private static bool IsPlausibleEthernet(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetHeader || (frame[6] & 1) != 0) return false;
        int type = (frame[12] << 8) | frame[13];
        return type is >= 0x0600 or (> 2 and <= 1500);
    }
    private static bool IsPlainIpFrame(ReadOnlySpan<byte> frame) =>
        IsPlausible(frame[EthernetHeader..], BinaryPrimitives.ReadUInt16BigEndian(frame[12..])) && frame[12] is 0x08 or 0x86;
}
