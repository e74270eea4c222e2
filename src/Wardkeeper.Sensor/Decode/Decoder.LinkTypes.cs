using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>The link types other than Ethernet (tcpdump.org/linktypes).</summary>
internal sealed partial class Decoder
{
    private const int SllHeader = 16, Sll2Header = 20, PpiHeader = 8, MostAttributes = 64;
    private int unknownLink;
    private string unknownLinkName = "";

    private void OtherLink(ref Envelope envelope, int link, int at)
    {
        switch ((LinkType)link)
        {
            case LinkType.Raw or LinkType.RawOpenBsd or LinkType.RawLinkType or LinkType.Ipv4 or LinkType.Ipv6: ByVersion(ref envelope, at); break;
            case LinkType.LinuxSll: Sll(ref envelope, at); break;
            case LinkType.LinuxSll2: Sll2(ref envelope, at); break;
            case LinkType.Null or LinkType.Loop: Loopback(ref envelope, at); break;
            case LinkType.Ieee80211: Ieee80211(ref envelope, at, isPadded: false); break;
            case LinkType.Ieee80211Radiotap: Radiotap(ref envelope, at); break;
            case LinkType.Prism or LinkType.Ieee80211Avs: Prism(ref envelope, at); break;
            case LinkType.BluetoothLe or LinkType.BluetoothLeWithHeader or LinkType.NordicBle: BluetoothLe(ref envelope, link, at); break;
            case LinkType.Ieee802154 or LinkType.Ieee802154NoFcs or LinkType.Ieee802154Tap: Ieee802154(ref envelope, link, at); break;
            // Cisco's framing goes by the same numbers and shows itself in the first byte.
            case LinkType.Ppp or LinkType.PppHdlc when envelope.Available(at) > 1 && envelope.Data[at] is 0x0F or 0x8F && envelope.Data[at + 1] == 0: CiscoHdlc(ref envelope, at); break;
            case LinkType.Ppp or LinkType.PppHdlc: Ppp(ref envelope, at); break;
            case LinkType.CiscoHdlc: CiscoHdlc(ref envelope, at); break;
            case LinkType.Nflog: Nflog(ref envelope, at); break;
            case LinkType.Ppi when at == envelope.FrameOffset: Ppi(ref envelope, at); break;
            default: counters.Count(UnknownLink(link), envelope.Number); break;
        }
    }

    private string UnknownLink(int link)
    {
        if (link != unknownLink || unknownLinkName.Length == 0) (unknownLink, unknownLinkName) = (link, string.Create(CultureInfo.InvariantCulture, $"link-type-{(uint)link}"));
        return unknownLinkName;
    }

    /// <summary>An IP packet that shows its version itself.</summary>
    private void ByVersion(ref Envelope envelope, int at)
    {
        int version = envelope.Available(at) > 0 ? envelope.Data[at] >> 4 : -1;
        if (version == 4) Ipv4(ref envelope, at);
        else if (version == 6) Ipv6(ref envelope, at);
        else CountShort(ref envelope, "ip-version-unknown");
    }

    /// <summary>Linux "cooked" capture, version 1: packet type, ARPHRD, length of the address, address, protocol.</summary>
    private void Sll(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < SllHeader)
        {
            CountShort(ref envelope, "linux-sll-malformed");
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, SllHeader);
        Cooked(ref envelope, BinaryPrimitives.ReadUInt16BigEndian(header[2..]), BinaryPrimitives.ReadUInt16BigEndian(header[4..]), header[6..12],
            BinaryPrimitives.ReadUInt16BigEndian(header[14..]), at + SllHeader);
    }

    /// <summary>Version 2: protocol, interface, ARPHRD, packet type, length of the address, address.</summary>
    private void Sll2(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < Sll2Header)
        {
            CountShort(ref envelope, "linux-sll-malformed");
            return;
        }
        ReadOnlySpan<byte> header = envelope.Data.AsSpan(at, Sll2Header);
        Cooked(ref envelope, BinaryPrimitives.ReadUInt16BigEndian(header[8..]), header[11], header[12..18],
            BinaryPrimitives.ReadUInt16BigEndian(header), at + Sll2Header);
    }

    private void Cooked(ref Envelope envelope, int hardware, int addressLength, ReadOnlySpan<byte> address, ushort protocol, int at)
    {
        // ARPHRD_NETLINK counts netlink families in place of EtherTypes; ARPHRD_IPGRE those of GRE, which are EtherTypes.
        if (hardware == 824)
        {
            counters.Count("netlink", envelope.Number);
            return;
        }
        if (addressLength == 6) envelope.SourceMac = MacAddress.Read(address);
        switch (protocol)
        {
            // 802.2 behind 802.3, and raw 802.3.
            case 4: Llc(ref envelope, at); break;
            case < 0x0600: counters.Count("linux-sll-other", envelope.Number); break;
            default: ByEtherType(ref envelope, protocol, at); break;
        }
    }

    /// <summary>BSD loopback: an address family of four bytes, in the byte order of whoever captured (Null) or of the network (Loop).</summary>
    private void Loopback(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < 4)
        {
            CountShort(ref envelope, "loopback-malformed");
            return;
        }
        uint family = BinaryPrimitives.ReadUInt32BigEndian(envelope.Data.AsSpan(at));
        if (family > 0xFFFF) family = BinaryPrimitives.ReverseEndianness(family);
        at += 4;
        switch (family)
        {
            case 2: Ipv4(ref envelope, at); break;
            // AF_INET6 of NetBSD and OpenBSD, FreeBSD, Darwin, Linux.
            case 24 or 28 or 30 or 10: Ipv6(ref envelope, at); break;
            // Some writers put an EtherType there.
            case >= 0x0600 and <= 0xFFFF: ByEtherType(ref envelope, (ushort)family, at); break;
            default: counters.Count("loopback-other", envelope.Number); break;
        }
    }
    /// <summary>Cisco's HDLC: address, control, EtherType.</summary>
    private void CiscoHdlc(ref Envelope envelope, int at)
    {
        if (envelope.Available(at) < 4) CountShort(ref envelope, "hdlc-malformed");
        else ByEtherType(ref envelope, BinaryPrimitives.ReadUInt16BigEndian(envelope.Data.AsSpan(at + 2)), at + 4);
    }

    /// <summary>Per-packet information: a header with the link type of the frame that follows.</summary>
    private void Ppi(ref Envelope envelope, int at)
    {
        int available = envelope.Available(at);
        int length = available < PpiHeader ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(envelope.Data.AsSpan(at + 2));
        if (length < PpiHeader || length > available)
        {
            CountShort(ref envelope, "ppi-malformed");
            return;
        }
        int link = BinaryPrimitives.ReadInt32LittleEndian(envelope.Data.AsSpan(at + 4));
        if (link == (int)LinkType.Ethernet) Ethernet(ref envelope, at + length);
        else OtherLink(ref envelope, link, at + length);
    }

    /// <summary>Netfilter's log: attributes in the byte order of the machine, nearly always little endian; number 9 is the packet.</summary>
    private void Nflog(ref Envelope envelope, int at)
    {
        at += 4;
        for (int count = 0; count < MostAttributes && envelope.Available(at) >= 4; count++)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(envelope.Data.AsSpan(at)), type = BinaryPrimitives.ReadUInt16LittleEndian(envelope.Data.AsSpan(at + 2));
            if (length < 4) break;
            if ((type & 0x7FFF) == 9)
            {
                ByVersion(ref envelope, at + 4);
                return;
            }
            at += (length + 3) & ~3;
        }
        CountShort(ref envelope, "nflog-malformed");
    }
}
