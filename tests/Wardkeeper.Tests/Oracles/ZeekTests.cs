using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>
/// Our rows against Zeek's own logs of the same captures. Many of those logs were made to show an option of Zeek; where that makes
/// them special, or where we differ on purpose, <c>zeek-differences.tsv</c> says why.
/// </summary>
public class ZeekTests
{
    private static readonly string[] Connection =
    [
        "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "conn_state", "history", "orig_bytes", "resp_bytes", "missed_bytes",
        "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes",
    ];

    private static readonly string[] Http = ["id.orig_h", "id.resp_h", "id.resp_p", "method", "host", "uri", "version", "request_body_len", "response_body_len", "status_code"];

    private static readonly string[] Ssl = ["id.orig_h", "id.resp_h", "id.resp_p", "version", "cipher", "curve", "server_name", "next_protocol", "established", "resumed"];

    private static readonly string[] Rdp = ["id.orig_h", "id.resp_h", "id.resp_p", "cookie", "result", "security_protocol", "client_channels", "client_name", "client_dig_product_id", "desktop_width", "desktop_height", "encryption_level", "encryption_method"];

    private static readonly string[] Rfb = ["id.orig_h", "id.resp_h", "id.resp_p", "client_major_version", "client_minor_version", "server_major_version", "server_minor_version", "authentication_method", "auth", "share_flag", "desktop_name", "width", "height"];

    private static readonly string[] Radius = ["id.orig_h", "id.resp_h", "id.resp_p", "username", "mac", "framed_addr", "tunnel_client", "connect_info", "reply_msg", "result"];

    /// <summary>Not the argument, of which we keep the shape only, and not rows: Zeek counts the rows changed, we those sent as well.</summary>
    private static readonly string[] Mysql = ["id.orig_h", "id.resp_h", "id.resp_p", "cmd", "success"];

    /// <summary>Not the subject, which is masked.</summary>
    private static readonly string[] Smtp = ["id.orig_h", "id.resp_h", "id.resp_p", "trans_depth", "helo", "mailfrom", "rcptto", "date", "from", "to", "cc", "reply_to", "msg_id", "in_reply_to", "first_received", "last_reply", "path", "user_agent", "tls"];

    /// <summary>Not the hops, which Zeek adds up over all repetitions of a request and all its answers.</summary>
    private static readonly string[] Sip = ["id.orig_h", "id.resp_h", "id.resp_p", "method", "uri", "request_from", "request_to", "response_from", "response_to", "call_id", "seq", "user_agent", "status_code", "status_msg", "request_body_len", "response_body_len", "content_type"];

    /// <summary>Not the message, which is shortened.</summary>
    private static readonly string[] Syslog = ["id.orig_h", "id.resp_h", "id.resp_p", "proto", "facility", "severity"];

    [Theory]
    [InlineData("conn", "flows")]
    [InlineData("http", "http")]
    [InlineData("ssl", "ssl")]
    [InlineData("rdp", "rdp")]
    [InlineData("rfb", "rfb")]
    [InlineData("radius", "radius")]
    [InlineData("mysql", "mysql")]
    [InlineData("smtp", "smtp")]
    [InlineData("sip", "sip")]
    [InlineData("syslog", "syslog")]
    public void Rows_agree_with_Zeeks_log(string log, string rows)
    {
        Disagreements differences = new("zeek-differences.tsv");
        string[] wanted = log switch { "conn" => Connection, "http" => Http, "rdp" => Rdp, "rfb" => Rfb, "radius" => Radius, "mysql" => Mysql, "smtp" => Smtp, "sip" => Sip, "syslog" => Syslog, _ => Ssl };
        string root = SharedFiles.Path("captures");
        int compared = 0, agreed = 0;
        foreach ((string capture, string path) in ZeekLog.Find(root, log))
        {
            if (!File.Exists(capture)) continue;
            IReadOnlyList<IReadOnlyDictionary<string, string>> theirs = ZeekLog.Read(path);
            if (theirs.Count == 0) continue;
            string[] fields = [.. wanted.Where(theirs[0].ContainsKey)];
            using Analysis ours = Analysis.Of(capture);
            compared += theirs.Count;
            string subject = $"{log} {Path.GetFileName(Path.GetDirectoryName(path))}";
            agreed += differences.Compare(
                Path.GetRelativePath(root, capture),
                subject,
                theirs.Select(row => string.Join(' ', fields.Select(field => Normal(field, row[field], row.GetValueOrDefault("duration"))))),
                ours.Rows(rows).Select(row => string.Join(' ', fields.Select(field => Normal(field, ZeekLog.Show(row, field, false), ZeekLog.Show(row, "duration", false))))));
        }
        Agreement.Report("Zeek", log, compared, agreed);
        differences.Hold();
    }

    private static string Normal(string field, string value, string? duration) => field switch
    {
        // Zeek leaves the sizes of a connection of one packet open.
        "orig_bytes" or "resp_bytes" when duration == "-" => "0",

        // Zeek runs its tests without looking at checksums.
        "history" => value.Replace("c", "", StringComparison.OrdinalIgnoreCase),
        "proto" when value is not ("tcp" or "udp" or "icmp") => "unknown_transport",
        "service" => Known(value),
        "cookie" => value == "(empty)" ? "-" : value.Replace("\\\\", "\\", StringComparison.Ordinal),
        "client_dig_product_id" when value == "(empty)" => "-",
        "orig_bytes" or "resp_bytes" or "request_body_len" or "response_body_len" when value == "-" => "0",
        _ => value,
    };

    /// <summary>The services of both that we know, sorted; Zeek knows others besides.</summary>
    private static string Known(string services)
    {
        string[] known = [.. services.Split(',').Where(name => name is not ("dhcpv6" or "ssdp" or "tftp" or "rpc" or "rtsp" or "stun" or "dtls" or "rtp" or "rtcp" or "skinny" or "h323" or "rsync" or "git" or "ipmi" or "jetdirect" or "lpd" or "bjnp") && ProtocolRegistry.All.Any(protocol => protocol.Info.Name == name)).Order(StringComparer.Ordinal)];
        return known.Length == 0 ? "-" : string.Join(',', known);
    }
}
