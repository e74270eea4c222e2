namespace Wardkeeper.Tests.Oracles;

/// <summary>What tshark says of one frame, in the fields that the comparisons need; all are asked for in one run.</summary>
internal sealed class TsharkFrame(string[] cells)
{
    private const char Separator = '\u001F';

    public static readonly string[] Fields =
    [
        "frame.number", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.len", "ipv6.plen", "ip.flags.mf", "ip.frag_offset", "ipv6.fraghdr.ident", "icmp.type", "icmpv6.type",
        "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "tcp.stream", "tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission",
        "dns.qry.name", "dns.qry.type", "dns.flags.response", "dns.flags.rcode", "dns.count.queries",
        "dhcp.option.dhcp", "dhcp.option.hostname", "dhcp.option.request_list_item", "dhcp.hw.mac_addr",
        "http.request.method", "http.request.uri", "http.response.code",
        "tls.handshake.type", "tls.handshake.extensions_server_name", "tls.handshake.ja3",
        "ssh.protocol", "snmp.version", "snmp.msgVersion", "ntp.flags.vn", "ntp.flags.mode", "ntp.stratum",
        "dicom.assoc.ae.called", "dicom.assoc.ae.calling", "dicom.pctx.abss.syntax", "hl7.segment", "_ws.malformed", "frame.protocols",
    ];

    private static readonly Dictionary<string, int> Index = Fields.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>The value, or all values joined by U+001F; empty if there is none.</summary>
    public string this[string field] => cells.Length > Index[field] ? cells[Index[field]] : "";

    public bool IsTcp => this["tcp.srcport"].Length > 0;

    public bool IsRetransmission => (this["tcp.analysis.retransmission"] + this["tcp.analysis.fast_retransmission"] + this["tcp.analysis.spurious_retransmission"]).Length > 0;

    /// <summary>Whether the frame has one IP header and one transport header, whole: only then do its fields belong together.</summary>
    public bool IsPlain =>
        All("ip.src").Length + All("ipv6.src").Length == 1 && All("tcp.srcport").Length + All("udp.srcport").Length == 1
        && this["icmp.type"].Length + this["icmpv6.type"].Length == 0 && this["ipv6.fraghdr.ident"].Length == 0 && this["ip.flags.mf"] is "" or "0" or "False" && this["ip.frag_offset"] is "" or "0";

    public string[] All(string field) => this[field].Length == 0 ? [] : this[field].Split(Separator);

    /// <summary>The outermost (or any) pair of addresses, in order.</summary>
    public IEnumerable<string> AddressPairs() => All("ip.src").Zip(All("ip.dst")).Concat(All("ipv6.src").Zip(All("ipv6.dst"))).Select(pair => Pair(pair.First, pair.Second));

    public static string Pair(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? $"{one} {other}" : $"{other} {one}";
}
