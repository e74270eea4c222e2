using System.Collections.Frozen;
using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>A header's protocol: the transport it needs, and the services (names of <see cref="Protocols.ProtocolRegistry"/>) in which it may be said.</summary>
/// <param name="Transport">IP protocol number; 0 for any IP packet; -1 for any packet.</param>
/// <param name="Services">Names of services, or none for any flow.</param>
internal sealed record RuleProtocol(int Transport, string[] Services)
{
    /// <summary>Every packet with IP.</summary>
    public static RuleProtocol Any { get; } = new(0, []);

    /// <summary>IP version that is needed, or 0.</summary>
    public int IpVersion { get; private init; }

    /// <summary>The service that takes the place of its own in a connection, so that what is said from there on is not of it; null when none does.</summary>
    public string? Successor { get; private init; }

    /// <summary>EtherType that is needed, or 0.</summary>
    public ushort EtherType { get; private init; }

    /// <summary>Whether it looks at packets only, or at streams only.</summary>
    public bool IsPacketOnly { get; private init; }

    /// <summary>Whether it looks at streams only.</summary>
    public bool IsStreamOnly { get; private init; }

    /// <summary>Whether it means events of the decoder, which need no IP.</summary>
    public bool IsHeader { get; private init; }

    private static readonly FrozenDictionary<string, RuleProtocol> Known = new Dictionary<string, RuleProtocol>(StringComparer.OrdinalIgnoreCase)
    {
        ["ip"] = Any,
        ["ipv4"] = new(0, []) { IpVersion = 4 },
        ["ip4"] = new(0, []) { IpVersion = 4 },
        ["ipv6"] = new(0, []) { IpVersion = 6 },
        ["ip6"] = new(0, []) { IpVersion = 6 },
        ["pkthdr"] = new(-1, []) { IsHeader = true },
        ["ether"] = new(-1, []),
        ["arp"] = new(-1, []) { EtherType = 0x0806 },
        ["tcp"] = new(6, []),
        ["tcp-pkt"] = new(6, []) { IsPacketOnly = true },
        ["tcp-stream"] = new(6, []) { IsStreamOnly = true },
        ["udp"] = new(17, []),
        ["icmp"] = new(1, []),
        ["icmpv4"] = new(1, []),
        ["icmpv6"] = new(58, []),
        ["igmp"] = new(2, []),
        ["sctp"] = new(132, []),
        ["http"] = Of("http", "http2"),
        ["http1"] = Of("http") with { Successor = "http2" },
        ["http2"] = Of("http2"),
        ["tls"] = Of("ssl"),
        ["ssl"] = Of("ssl"),
        ["dns"] = Of("dns"),
        ["llmnr"] = Of("dns"),
        ["mdns"] = Of("dns"),
        ["ssh"] = Of("ssh"),
        ["smb"] = Of("smb"),
        ["dcerpc"] = Of("dce_rpc", "smb"),
        ["smtp"] = Of("smtp"),
        ["imap"] = Of("imap"),
        ["pop3"] = Of("pop3"),
        ["ftp"] = Of("ftp"),
        ["ftp-data"] = Of("ftp-data"),
        ["sip"] = Of("sip"),
        ["krb5"] = Of("krb"),
        ["dhcp"] = Of("dhcp"),
        ["snmp"] = Of("snmp"),
        ["mqtt"] = Of("mqtt"),
        ["rdp"] = Of("rdp"),
        ["rfb"] = Of("rfb"),
        ["ike"] = Of("ipsec"),
        ["nfs"] = Of("rpc"),
        ["tftp"] = Of("tftp"),
        ["ntp"] = Of("ntp"),
        ["modbus"] = Of("modbus"),
        ["dnp3"] = Of("dnp3"),
        ["enip"] = Of("enip"),
        ["ldap"] = Of("ldap"),
        ["pgsql"] = Of("postgresql"),
        ["quic"] = Of("quic"),
        ["telnet"] = Of("telnet"),
        ["websocket"] = Of("websocket"),
        ["irc"] = Of("irc"),
        ["dicom"] = Of("dicom"),
        ["hl7"] = Of("hl7"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static RuleProtocol Of(params string[] services) => new(0, services);

    /// <summary>The protocol that a word means.</summary>
    /// <exception cref="RefusedException">It is none that is known.</exception>
    public static RuleProtocol Parse(string word) => Known.TryGetValue(word, out RuleProtocol? protocol) ? protocol : throw new RefusedException("header", $"protocol {word} is not supported");

    /// <summary>Names that a service may have in <c>app-layer-protocol</c>.</summary>
    public static bool TryServices(string word, out string[] services)
    {
        services = Known.TryGetValue(word, out RuleProtocol? protocol) ? protocol.Services : [];
        return services.Length > 0;
    }

    /// <summary>Whether a packet is of it, services aside.</summary>
    public bool Fits(in Packet packet)
    {
        if (Transport > 0 && packet.IpProtocol != Transport && !(Transport == 1 && packet.IpProtocol == 58)) return false;
        if (packet.Kind == PacketKind.Link) return Transport < 0 && !IsHeader && (EtherType == 0 || EtherType == packet.EtherType);
        if (EtherType != 0) return false;
        return IpVersion == 0 || (IpVersion == 4) == packet.Source.IsV4;
    }
}
