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
    /// <summary>Columns that are compared, by Zeek's log.</summary>
    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        ["conn"] = ["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "conn_state", "history", "orig_bytes", "resp_bytes", "missed_bytes", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes"],
        ["http"] = ["id.orig_h", "id.resp_h", "id.resp_p", "method", "host", "uri", "version", "request_body_len", "response_body_len", "status_code"],
        ["ssl"] = ["id.orig_h", "id.resp_h", "id.resp_p", "version", "cipher", "curve", "server_name", "next_protocol", "established", "resumed"],
        ["rdp"] = ["id.orig_h", "id.resp_h", "id.resp_p", "cookie", "result", "security_protocol", "client_channels", "client_name", "client_dig_product_id", "desktop_width", "desktop_height", "encryption_level", "encryption_method"],
        ["rfb"] = ["id.orig_h", "id.resp_h", "id.resp_p", "client_major_version", "client_minor_version", "server_major_version", "server_minor_version", "authentication_method", "auth", "share_flag", "desktop_name", "width", "height"],
        ["radius"] = ["id.orig_h", "id.resp_h", "id.resp_p", "username", "mac", "framed_addr", "tunnel_client", "connect_info", "reply_msg", "result"],
        // Not the argument, of which we keep the shape only, and not rows: Zeek counts the rows changed, we those sent as well.
        ["mysql"] = ["id.orig_h", "id.resp_h", "id.resp_p", "cmd", "success"],
        // Not the subject, which is masked.
        ["smtp"] = ["id.orig_h", "id.resp_h", "id.resp_p", "trans_depth", "helo", "mailfrom", "rcptto", "date", "from", "to", "cc", "reply_to", "msg_id", "in_reply_to", "first_received", "last_reply", "path", "user_agent", "tls"],
        // Not the hops, which Zeek adds up over all repetitions of a request and all its answers.
        ["sip"] = ["id.orig_h", "id.resp_h", "id.resp_p", "method", "uri", "request_from", "request_to", "response_from", "response_to", "call_id", "seq", "user_agent", "status_code", "status_msg", "request_body_len", "response_body_len", "content_type"],
        // Not the message, which is shortened.
        ["syslog"] = ["id.orig_h", "id.resp_h", "id.resp_p", "proto", "facility", "severity"],
        ["dnp3"] = ["id.orig_h", "id.resp_h", "id.resp_p", "fc_request", "fc_reply", "iin"],
        ["socks"] = ["id.orig_h", "id.resp_h", "id.resp_p", "version", "user", "status", "request.host", "request.name", "request_p", "bound.host", "bound.name", "bound_p"],
        // Not the protocols that clients offer: we keep no tokens.
        ["websocket"] = ["id.orig_h", "id.resp_h", "id.resp_p", "host", "uri", "user_agent", "subprotocol", "server_extensions", "client_extensions"],
        // Not the history: ours ends when both sides send protected data.
        ["quic"] = ["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "version", "client_initial_dcid", "client_scid", "server_scid", "server_name", "client_protocol"],
        ["kerberos"] = ["id.orig_h", "id.resp_h", "id.resp_p", "request_type", "client", "service", "success", "error_msg", "till", "cipher", "forwardable", "renewable"],
        // Not whether it succeeded: Zeek does not follow the answers of LDAP and DCE/RPC.
        ["ntlm"] = ["id.orig_h", "id.resp_h", "id.resp_p", "username", "hostname", "domainname", "server_nb_computer_name", "server_dns_computer_name", "server_tree_name"],
        ["dce_rpc"] = ["id.orig_h", "id.resp_h", "id.resp_p", "rtt", "named_pipe", "endpoint", "operation"],
        ["smb_mapping"] = ["id.orig_h", "id.resp_h", "id.resp_p", "path", "service", "native_file_system", "share_type"],
        // Not the times, which Zeek rounds in another way.
        ["smb_files"] = ["id.orig_h", "id.resp_h", "id.resp_p", "action", "path", "name", "size", "prev_name"],
        // Not the argument of changes, which holds their values.
        ["ldap"] = ["id.orig_h", "id.resp_h", "id.resp_p", "message_id", "version", "opcode", "result", "diagnostic_message", "object"],
        // Not the filter, of which we keep the shape only.
        ["ldap_search"] = ["id.orig_h", "id.resp_h", "id.resp_p", "message_id", "scope", "deref_aliases", "base_object", "result_count", "result", "diagnostic_message"],
    };

    /// <summary>Zeek's logs; ours have the same names, but for that of connections.</summary>
    public static TheoryData<string> Logs => [.. Columns.Keys];

    [Theory]
    [MemberData(nameof(Logs))]
    public void Rows_agree_with_Zeeks_log(string log)
    {
        Disagreements differences = new("zeek-differences.tsv");
        string[] wanted = Columns[log];
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
                ours.Rows(log == "conn" ? "flows" : log).Select(row => string.Join(' ', fields.Select(field => Normal(field, ZeekLog.Show(row, field, false), ZeekLog.Show(row, "duration", false))))));
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
        "client_dig_product_id" or "client_scid" when value == "(empty)" => "-",
        // Of a ticket that is shown Zeek writes the realm where the client belongs.
        "client" when value.StartsWith('/') => "-",
        "till" when value == "0.000000" => "-",
        // Windows ends it with a zero.
        "diagnostic_message" => value.TrimEnd('?'),
        "rtt" when value != "-" => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture).ToString("F6", System.Globalization.CultureInfo.InvariantCulture),
        "till" when value != "-" => double.Parse(value, System.Globalization.CultureInfo.InvariantCulture).ToString("F6", System.Globalization.CultureInfo.InvariantCulture),
        "name" or "path" or "prev_name" or "named_pipe" => value.Replace("\\\\", "\\", StringComparison.Ordinal),
        "orig_bytes" or "resp_bytes" or "request_body_len" or "response_body_len" when value == "-" => "0",
        _ => value,
    };

    /// <summary>The services of both that we know, sorted; Zeek knows others besides.</summary>
    private static string Known(string services)
    {
        // Tickets and calls inside other protocols are rows of theirs with us, not services of the connection.
        bool isOuter = services.Contains("ldap", StringComparison.Ordinal) || services.Contains("smb", StringComparison.Ordinal);
        string[] known = [.. services.Replace("krb_tcp", "krb", StringComparison.Ordinal).Replace("ldap_tcp", "ldap", StringComparison.Ordinal).Replace("ldap_udp", "ldap", StringComparison.Ordinal).Split(',').Where(name => name is not ("dhcpv6" or "ssdp" or "hsrp" or "igmp" or "ospf" or "vrrp" or "tftp" or "rpc" or "rtsp" or "stun" or "dtls" or "rtp" or "rtcp" or "skinny" or "h323" or "rsync" or "git" or "ipmi" or "jetdirect" or "lpd" or "bjnp") && !(isOuter && name is "krb" or "dce_rpc") && ProtocolRegistry.All.Any(protocol => protocol.Info.Name == name)).Order(StringComparer.Ordinal)];
        return known.Length == 0 ? "-" : string.Join(',', known);
    }
}
