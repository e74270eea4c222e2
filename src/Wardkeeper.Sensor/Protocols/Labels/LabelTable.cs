using System.Collections.Immutable;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>
/// Protocols that are recognised by their content but not read, a line each: name, title, the standard or the source of what the
/// recogniser looks for, carriers, possible first bytes, recogniser. Only what cannot be taken for something else belongs here.
/// "nDPI" as a source means facts that its captures show; none of its code is here.
/// </summary>
internal static class LabelTable
{
    private const Carrier Both = Carrier.Tcp | Carrier.Udp;

    // A frame of synchrophasors, whose check sum is looked at, is the longest that any of them must see.
    private const int LookAhead = 512;

    public static readonly ImmutableArray<Protocol> All =
    [
        .. Routing(),
        .. Remote(),
        .. Industry(),
        .. Services(),
        .. Peers(),
        .. Chats(),
    ];

    private static Protocol[] Routing() =>
    [
        Label("bgp", "Border Gateway Protocol", "RFC 4271 4.1", Carrier.Tcp, FirstBytes.Of(0xFF), RoutingLabels.Bgp, 179),
        Label("bfd", "Bidirectional forwarding detection", "RFC 5880 4.1", Carrier.Udp, FirstBytes.Of([.. Enumerable.Range(0x20, 10).Select(static i => (byte)i)]), RoutingLabels.Bfd, 3784, 4784),
        Label("ldp", "Label distribution", "RFC 5036 3.5", Both, FirstBytes.Of(0), RoutingLabels.Ldp, 646),
        Label("cflow", "NetFlow and IPFIX", "RFC 3954 5.1, RFC 7011 3.1", Carrier.Udp, FirstBytes.Of(0), RoutingLabels.Flows, 2055, 4739),
        Label("sflow", "sFlow", "sFlow version 5, 5", Carrier.Udp, FirstBytes.Of(0), RoutingLabels.Sflow, 6343),
        Label("ptp", "Precision time", "IEEE 1588-2019 13.3", Carrier.Udp, FirstBytes.Any, RoutingLabels.Ptp, 319, 320),
        Label("capwap", "Control of wireless access points", "RFC 5415 4", Carrier.Udp, FirstBytes.Of(0, 1), RoutingLabels.Capwap, 5246, 5247),
        Label("gtp", "Control of mobile tunnels", "3GPP TS 29.060 6, TS 29.274 5.1, TS 32.295 6.1", Carrier.Udp, FirstBytes.Of([.. Enumerable.Range(0x2E, 0x0A).Select(static i => (byte)i), 0x40, 0x48, 0x50, 0x58]), RoutingLabels.Gtp, 2123, 3386),
        Label("pfcp", "Packet forwarding control", "3GPP TS 29.244 7.2.2", Carrier.Udp, FirstBytes.Of(0x20, 0x21, 0x22, 0x23), RoutingLabels.Pfcp, 8805),
        Label("cpha", "Check Point cluster control", "Wireshark packet-cpha", Carrier.Udp, FirstBytes.Of(0x1A), RoutingLabels.Cpha, 8116),
        Label("merakicloud", "Meraki devices to their cloud", "nDPI", Carrier.Udp, FirstBytes.Of(0xFE), RoutingLabels.Meraki, 7351),
        Label("ubdp", "Ubiquiti discovery", "Wireshark packet-ubdp", Carrier.Udp, FirstBytes.Of(1, 2), RoutingLabels.Ubiquiti, 10001),
        Label("mndp", "MikroTik neighbour discovery", "Wireshark packet-mndp", Carrier.Udp, FirstBytes.Any, RoutingLabels.Mikrotik, 5678),
        Label("roughtime", "Roughtime", "draft-ietf-ntp-roughtime 4", Carrier.Udp, FirstBytes.Of([2, 3, 4, 5, 6, 7, 8, 9, 10, (byte)'R']), RoutingLabels.Roughtime, 2002),
        Label("collectd", "collectd", "collectd binary protocol", Carrier.Udp, FirstBytes.Of(0), RoutingLabels.Collectd, 25826),
    ];

    private static Protocol[] Remote() =>
    [
        Label("pptp", "Point-to-point tunnelling, control", "RFC 2637 2", Carrier.Tcp, FirstBytes.Of(0, 1), RemoteLabels.Pptp, 1723),
        Label("l2tp", "Layer two tunnelling, control", "RFC 2661 3.1, 4.4.1", Carrier.Udp, FirstBytes.Of(0xC8, 0xC9, 0xCA, 0xCB), RemoteLabels.L2tp, 1701),
        Label("x11", "X Window System", "X Protocol, 8", Carrier.Tcp, FirstBytes.Of((byte)'l', (byte)'B'), RemoteLabels.X11, 6000),
        Label("xdmcp", "X display management", "XDMCP 1.1", Carrier.Udp, FirstBytes.Of(0), RemoteLabels.Xdmcp, 177),
        Label("rlogin", "Remote login", "RFC 1282", Carrier.Tcp, FirstBytes.Of(0), RemoteLabels.Rlogin, 513),
        Label("rsh", "Remote shell", "rshd(8)", Carrier.Tcp, FirstBytes.Of([.. "0123456789"u8]), RemoteLabels.Rsh, 514),
        Label("nomachine", "NoMachine NX", "NX protocol, nxssh", Carrier.Tcp, FirstBytes.Of((byte)'N'), RemoteLabels.NoMachine, 4000),
        Label("citrix", "Citrix ICA", "nmap-service-probes, nDPI", Carrier.Tcp, FirstBytes.Of(0x7F, 0x1A), RemoteLabels.Citrix, 1494, 2598),
        Label("radmin", "Radmin", "nmap-service-probes, nDPI", Carrier.Tcp, FirstBytes.Of(1), RemoteLabels.Radmin, 4899),
        Label("teamviewer", "TeamViewer", "nDPI", Carrier.Tcp, FirstBytes.Of(0x17), RemoteLabels.TeamViewer, 5938),
        Label("rdpeudp", "Remote desktop over UDP", "MS-RDPEUDP 2.2.1, 3.1.5.1.1", Carrier.Udp, FirstBytes.Of(0xFF), RemoteLabels.RdpUdp, 3389),
        Label("softether", "SoftEther VPN", "nDPI", Carrier.Udp, FirstBytes.Of(0, (byte)'I'), RemoteLabels.SoftEther, 5004),
        Label("tailscale", "Tailscale discovery", "tailscale disco package", Carrier.Udp, FirstBytes.Of((byte)'T'), RemoteLabels.Tailscale, 41641),
        Label("adb", "Android debug bridge", "Android adb protocol.txt", Carrier.Tcp, FirstBytes.Of((byte)'C'), RemoteLabels.Adb, 5555),
        Label("dnscrypt", "DNSCrypt", "DNSCrypt version 2, 9", Carrier.Udp, FirstBytes.Of((byte)'r'), RemoteLabels.DnsCrypt, 443),
    ];

    private static Protocol[] Industry() =>
    [
        Label("synphasor", "Synchrophasors", "IEEE C37.118.2 6.2", Both, FirstBytes.Of(0xAA), IndustryLabels.Synchrophasor, 4712, 4713),
        Label("someip", "SOME/IP", "AUTOSAR PRS_SOMEIPProtocol 4.1.2", Carrier.Udp, FirstBytes.Any, IndustryLabels.SomeIp, 30490),
        Label("doip", "Diagnostics of vehicles over IP", "ISO 13400-2 9.2", Both, FirstBytes.Of(1, 2, 3), IndustryLabels.DoIp, 13400),
        Label("hislip", "Measuring instruments (HiSLIP)", "IVI-6.1 2.3", Carrier.Tcp, FirstBytes.Of((byte)'H'), IndustryLabels.HiSlip, 4880),
        Label("sbus", "SAIA Ether-S-Bus", "Wireshark packet-sbus", Carrier.Udp, FirstBytes.Of(0), IndustryLabels.EtherSBus, 5050),
        Label("cnip", "Control networks over IP", "EIA-852", Carrier.Udp, FirstBytes.Of(0, 1, 2), IndustryLabels.CnIp, 1628, 1629),
        Label("ams", "Beckhoff ADS", "Beckhoff ADS/AMS specification TE1000", Both, FirstBytes.Of(0, 3), IndustryLabels.Ams, 48898, 48899),
        Label("tplink-smarthome", "TP-Link Smart Home", "Wireshark packet-tplink-smarthome", Both, FirstBytes.Of(0, 0xD0), IndustryLabels.TpLink, 9999),
        Label("tuyalp", "Tuya local protocol", "tuyapi, nDPI", Both, FirstBytes.Of(0), IndustryLabels.Tuya, 6667, 6668),
        Label("nestlogsink", "Nest devices to their log server", "nDPI", Carrier.Tcp, FirstBytes.Any, IndustryLabels.NestLog, 11095),
    ];

    private static Protocol[] Services() =>
    [
        Label("ajp13", "Apache JServ", "Apache AJPv13", Carrier.Tcp, FirstBytes.Of(0x12, (byte)'A'), ServiceLabels.Ajp, 8009),
        Label("giop", "CORBA", "OMG CORBA 3.3 part 2, 9.4", Both, FirstBytes.Of((byte)'G', (byte)'M'), ServiceLabels.Giop),
        Label("jrmi", "Java remote method invocation", "Java RMI wire protocol 10.2", Carrier.Tcp, FirstBytes.Of((byte)'J'), ServiceLabels.Jrmi, 1099),
        Label("thrift", "Apache Thrift", "Thrift binary and compact protocol", Both, FirstBytes.Of(0, 0x80, 0x82), ServiceLabels.Thrift, 9090),
        Label("fix", "Financial information exchange", "FIX 4.4 volume 1", Carrier.Tcp, FirstBytes.Of((byte)'8'), ServiceLabels.Fix),
        Label("smpp", "Short messages peer to peer", "SMPP 3.4, 3.2", Carrier.Tcp, FirstBytes.Of(0), ServiceLabels.Smpp, 2775),
        Label("gearman", "Gearman", "Gearman protocol", Carrier.Tcp, FirstBytes.Of(0), ServiceLabels.Gearman, 4730),
        Label("openwire", "ActiveMQ OpenWire", "ActiveMQ OpenWire 2", Carrier.Tcp, FirstBytes.Of(0), ServiceLabels.OpenWire, 61616),
        Label("iscsi", "iSCSI", "RFC 7143 11.12", Carrier.Tcp, FirstBytes.Of(0x43, 0x03), ServiceLabels.Iscsi, 3260),
        Label("afp", "Apple filing", "Apple DSI, DSIOpenSession", Carrier.Tcp, FirstBytes.Of(0), ServiceLabels.Afp, 548),
        Label("ceph", "Ceph", "Ceph messenger 1 and 2", Carrier.Tcp, FirstBytes.Of((byte)'c'), ServiceLabels.Ceph, 6789, 3300),
        Label("lustre", "Lustre", "Lustre LNet", Carrier.Tcp, FirstBytes.Of(0, (byte)'c', 0xC1), ServiceLabels.Lustre, 988),
        Label("nntp", "Network news", "RFC 3977 5.1", Carrier.Tcp, FirstBytes.Of((byte)'2'), ServiceLabels.Nntp, 119),
        Label("whois", "WHOIS", "RFC 3912", Carrier.Tcp, FirstBytes.Of([9, 10, 13, .. Enumerable.Range(0x20, 0x5F).Select(static i => (byte)i)]), ServiceLabels.Whois, 43),
        Label("check_mk", "Checkmk agent", "Checkmk agent output", Carrier.Tcp, FirstBytes.Of((byte)'<'), ServiceLabels.CheckMk, 6556),
        Label("ncp", "NetWare core", "Wireshark packet-ncp", Carrier.Tcp, FirstBytes.Of((byte)'t', (byte)'D'), ServiceLabels.Ncp, 524),
        Label("megaco", "Gateway control (H.248)", "ITU-T H.248.1 annex B", Carrier.Udp, FirstBytes.Of((byte)'!', (byte)'M'), ServiceLabels.Megaco, 2944),
        Label("kismet", "Kismet server", "Kismet documentation", Carrier.Tcp, FirstBytes.Of((byte)'*'), ServiceLabels.Kismet, 2501),
        Label("avast", "AVAST updates", "nDPI", Carrier.Tcp, FirstBytes.Of((byte)'N'), ServiceLabels.Avast),
        Label("alicloud", "Alibaba Cloud agent", "nDPI", Carrier.Tcp, FirstBytes.Of(0xCE), ServiceLabels.AliCloud),
        Label("mp2t", "MPEG transport stream", "ISO 13818-1 2.4.3", Carrier.Udp, FirstBytes.Of(0x47), ServiceLabels.TransportStream),
    ];

    private static Protocol[] Peers() =>
    [
        Label("bittorrent", "BitTorrent", "BEP 3, BEP 5, BEP 14, BEP 29", Both, FirstBytes.Of(0x13, 0x21, 0x41, (byte)'B', (byte)'d'), PeerLabels.BitTorrent, 6881),
        Label("edonkey", "eDonkey", "Wireshark packet-edonkey", Carrier.Tcp, FirstBytes.Of(0xE3), PeerLabels.EDonkey, 4662),
        Label("gnutella", "Gnutella", "Gnutella 0.6", Carrier.Tcp, FirstBytes.Of((byte)'G'), PeerLabels.Gnutella, 6346),
        Label("ethereum", "Ethereum peers", "devp2p discv4, RLPx (EIP-8)", Both, FirstBytes.Any, PeerLabels.Ethereum, 30303),
        Label("bitcoin", "Bitcoin peers", "Bitcoin protocol, message headers", Carrier.Tcp, FirstBytes.Of(0xF9, 0x0B, 0xFA), PeerLabels.Bitcoin, 8333),
        Label("monero", "Monero peers", "Monero levin protocol", Carrier.Tcp, FirstBytes.Of(1), PeerLabels.Monero, 18080),
        Label("stratum", "Mining for currencies (Stratum)", "Stratum mining protocol", Carrier.Tcp, FirstBytes.Of((byte)'{'), PeerLabels.Stratum),
        Label("syncthing", "Syncthing discovery", "Syncthing local discovery 4", Carrier.Udp, FirstBytes.Of(0x2E), PeerLabels.Syncthing, 21027),
        Label("db-lsp-disc", "Dropbox discovery", "Wireshark packet-dropbox", Carrier.Udp, FirstBytes.Of((byte)'{'), PeerLabels.DropboxLan, 17500),
        Label("spotify", "Spotify", "nDPI", Both, FirstBytes.Of(0, (byte)'S'), PeerLabels.Spotify, 57621, 4070),
        Label("tivoconnect", "TiVo discovery", "TiVoConnect automatic machine discovery", Carrier.Udp, FirstBytes.Of((byte)'T'), PeerLabels.TiVo, 2190),
    ];

    private static Protocol[] Chats() =>
    [
        Label("whatsapp", "WhatsApp", "nDPI", Carrier.Tcp, FirstBytes.Of((byte)'W', (byte)'E'), ChatLabels.WhatsApp, 5222),
        Label("telegram", "Telegram calls", "nDPI", Carrier.Udp, FirstBytes.Any, ChatLabels.Telegram),
        Label("discord", "Discord calls", "Discord voice connections, IP discovery", Carrier.Udp, FirstBytes.Of(0, 0x13), ChatLabels.Discord, 50001),
        Label("zoom", "Zoom meetings", "nDPI", Carrier.Udp, FirstBytes.Of(1, 0x1F), ChatLabels.Zoom, 8801),
        Label("mumble", "Mumble", "Mumble protocol, UDP ping", Carrier.Udp, FirstBytes.Of(0), ChatLabels.Mumble, 64738),
        Label("sd-rtn", "Agora calls", "nDPI", Carrier.Udp, FirstBytes.Of(0), ChatLabels.SdRtn, 8130),
        Label("oicq", "QQ", "Wireshark packet-oicq", Carrier.Udp, FirstBytes.Of(2), ChatLabels.Oicq, 8000),
        Label("source-engine", "Valve's game servers", "Valve server queries, A2S_INFO", Carrier.Udp, FirstBytes.Of(0xFF), ChatLabels.SourceEngine, 27015),
        Label("raknet", "RakNet", "RakNet message identifiers", Carrier.Udp, FirstBytes.Any, ChatLabels.RakNet, 19132),
        Label("riotgames", "Riot's games", "nDPI", Carrier.Udp, FirstBytes.Any, ChatLabels.RiotGames),
        Label("crynetwork", "CryEngine's games", "nDPI", Carrier.Udp, FirstBytes.Of(0x3C), ChatLabels.CryNetwork),
        Label("tencentgames", "Tencent's games", "nDPI", Carrier.Tcp, FirstBytes.Of(0x33, 0x42, 0x43), ChatLabels.TencentGames),
    ];

    private static Protocol Label(string name, string title, string source, Carrier carriers, FirstBytes first, Protocol.Recogniser recognise, params ReadOnlySpan<ushort> ports) =>
        Protocol.Label(new ProtocolInfo { Name = name, Title = title, Standard = source, Carriers = carriers, FirstBytes = first, Ports = [.. ports], LookAhead = LookAhead, MaxHeld = LookAhead }, (in Opening opening) => opening.Any.IsEmpty ? Match.No : recognise(in opening));
}
