using System.Text.RegularExpressions;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>What one line in the log of a program, or of an emitter of ours, says about the truth.</summary>
/// <param name="Log">Program whose logs they are, as in their files' names.</param>
/// <param name="Protocol">Protocol of the rows that are compared.</param>
/// <param name="What">A regular expression for what these rows count; they are taken together unless the line names one of them.</param>
/// <param name="Line">What is counted; the group <c>peer</c> is the client (address, hardware address or key), the group <c>what</c> what it did. Without <c>peer</c> all clients of a server are taken together.</param>
/// <param name="IsOfClient">Whether the row goes from the log's host to its peer.</param>
/// <param name="Besides">Another program that takes part in the same rows and does not log it: hosts that run it are left out. Null for none.</param>
internal sealed record LogRule(string Log, string Protocol, string What, Regex Line, bool IsOfClient, string? Besides)
{
    private const string Ip = @"(?<peer>[0-9.]+)";

    /// <summary>
    /// All that is compared. Not logged by their programs as it is counted, or not at all: MariaDB's and Redis' connections, what Orthanc
    /// stores and serves over HTTP, NTP, ser2net, and vsftpd's transfers, which one log of all its servers holds.
    /// </summary>
    public static IReadOnlyList<LogRule> All { get; } =
    [
        Of("dnsmasq-dhcp", "dhcp", "DISCOVER", @"DHCPDISCOVER\(\w+\) (?:[0-9.]+ )?(?<peer>[0-9a-f:]{17})"),
        Of("dnsmasq-dns", "dns", ".+", $@"query\[A\] (?<what>\S+) from {Ip}"),
        Of("snmpd", "snmp", "get-request", $@"Connection from UDP: \[{Ip}\]"),
        Of("openvpn", "openvpn", "session", @"Peer Connection Initiated with \[AF_INET\]203.0.113.\d+:\d+ \(via"),
        Of("http-access", "http", "GET", $@"^{Ip} - \S+ \[[^]]+\] ""GET "),
        Of("https-access", "ssl", "connection", $@"^{Ip} - \S+ \[[^]]+\] ""[A-Z]+ "),
        Of("storescp-tls", "ssl", "connection", "Association Received"),
        // What comes through the tunnel has no row of its own.
        Of("sshd", "ssh", "connection", $@"^Connection from (?!10\.76\.){Ip} port"),
        Of("dropbear", "ssh", "connection", $@"Child connection from (?!10\.76\.){Ip}:"),
        Of("socat", "telnet", "connection", $@"accepting connection from AF=2 {Ip}:", besides: "ser2net"),
        Of("Xtigervnc", "vnc", "connection", $@"Connections: accepted: {Ip}::"),
        Of("rtsp", "rtsp", "DESCRIBE", "^DESCRIBE "),
        Of("jetdirect", "jetdirect", "job", "^job of "),
        Of("postgres", "postgresql", "connection", $@"connection received: host={Ip} "),
        Of("smbd", "smb", "put|get", $@"Auth: .*\[NT_STATUS_OK\].*remote host \[ipv4:{Ip}:"),
        Of("mosquitto", "mqtt", "PUBLISH", @"Received PUBLISH from (?<peer>\w+) "),
        Of("mllp", "hl7", @".+\^.+", $@"^{Ip}\tmessage\t(?<what>[A-Z0-9]+\^[A-Z0-9]+)"),
        Of("astm", "astm", ".+", $@"^{Ip}\t(?<what>session|patient)\t"),
        Of("poct1a", "poct1a", ".+", $@"^{Ip}\t(?<what>conversation|OBS\.R0[12])\t"),
        Of("data-export", "data-export", ".+", $@"^{Ip}\t(?<what>association|poll)\t"),
        Of("sdc", "http", "POST", $@"^{Ip}\tGetMd"),
        Of("llrp", "llrp", "RO_ACCESS_REPORT", $@"^{Ip}\ttag\t", isOfClient: true),
        Of("mpps", "dicom", "N-.+", $@"^{Ip}\t(?<what>N-CREATE|N-SET)\t"),
        Of("wlmscpfs", "dicom", "C-FIND", @"Message Type\s+: C-FIND RQ"),
        Of("orthanc", "dicom", "C-ECHO", "Received Echo Request"),
        Of("orthanc", "dicom", "C-FIND", "DICOM C-Find request at level"),
        Of("orthanc", "dicom", "C-MOVE", "Move-SCU request received"),
        Of("orthanc", "dicom", "C-GET", "C-GET-SCU request received"),
        Of("orthanc", "dicom", "N-ACTION", "Incoming storage commitment request"),
    ];

    /// <summary>Whether the line names it.</summary>
    public bool Has(string group) => Line.GetGroupNames().Contains(group);

    private static LogRule Of(string log, string protocol, string what, [System.Diagnostics.CodeAnalysis.StringSyntax(System.Diagnostics.CodeAnalysis.StringSyntaxAttribute.Regex)] string line, bool isOfClient = false, string? besides = null) =>
        new(log, protocol, what, new Regex(line, RegexOptions.CultureInvariant), isOfClient, besides);
}
