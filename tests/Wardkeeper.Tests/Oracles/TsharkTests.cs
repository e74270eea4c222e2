using System.Globalization;
using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>
/// Our flows and rows against what tshark says of the same captures: packets and bytes of every conversation, and of the protocols
/// what identifies devices. Where we differ, <c>tshark-differences.tsv</c> says why.
/// </summary>
public class TsharkTests
{
    private const int Fewest = 300, LargestBytes = 400_000;

    private delegate (IEnumerable<string> Theirs, IEnumerable<string> Ours) Comparison(IReadOnlyList<TsharkFrame> frames, Analysis ours);

    private static readonly (string Subject, string What, Comparison Compare)[] Subjects =
    [
        ("conversations", "packets and IP bytes per TCP and UDP tuple; without tunnels, fragments and captures with a mirror's copies", TsharkConversations.Compare),
        ("DNS", "distinct questions with type, distinct answers with code; unicast, ASCII names, one question per frame", Dns),
        ("DHCP", "message type, MAC, client's host name, option 55", Dhcp),
        ("HTTP", "method and depth of the path, status", Http),
        ("TLS", "server name and JA3 of the first client hello over TCP", Tls),
        ("SSH", "identification lines", Ssh),
        ("SNMP", "versions in a capture", Snmp),
        ("NTP", "versions and modes in a capture", Ntp),
        ("DICOM", "AE titles and abstract syntaxes of association requests", Dicom),
        ("HL7", "MSH-9 type and MSH-10, without acknowledgements", Hl7),
    ];

    [Fact]
    public void Rows_agree_with_tshark()
    {
        string root = SharedFiles.Path("captures");
        Disagreements differences = new("tshark-differences.tsv");
        long[] theirs = new long[Subjects.Length], agreed = new long[Subjects.Length];
        Parallel.ForEach(Captures(root), new ParallelOptions { MaxDegreeOfParallelism = 2 }, capture =>
        {
            string path = Path.Combine(root, capture);
            TsharkFrame[] frames = [.. Tshark.Fields(path, "frame", TsharkFrame.Fields).Select(cells => new TsharkFrame(cells))];
            using Analysis ours = Analysis.Of(path);
            for (int i = 0; i < Subjects.Length; i++)
            {
                (IEnumerable<string> they, IEnumerable<string> we) = Subjects[i].Compare(frames, ours);
                string[] said = [.. they];
                Interlocked.Add(ref theirs[i], said.Length);
                Interlocked.Add(ref agreed[i], differences.Compare(capture, Subjects[i].Subject, said, we));
            }
        });
        for (int i = 0; i < Subjects.Length; i++) Agreement.Report("tshark", Subjects[i].Subject, theirs[i], agreed[i], Subjects[i].What);
        differences.Hold();
    }

    /// <summary>All lab captures, and of the others the first by hash; all of them with WARDKEEPER_ALL=1.</summary>
    private static IEnumerable<string> Captures(string root)
    {
        bool all = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1";
        IEnumerable<string> listed = File.ReadLines(Path.Combine(root, "MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(cells => all || int.Parse(cells[13], CultureInfo.InvariantCulture) < LargestBytes).OrderBy(cells => cells[10], StringComparer.Ordinal).Select(cells => cells[0]);
        IEnumerable<string> lab = Directory.EnumerateFiles(Path.Combine(root, "lab"), "*.pcap").Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(root, path));
        return (all ? listed : listed.Take(Fewest)).Concat(lab).Where(capture => File.Exists(Path.Combine(root, capture))).Distinct();
    }

    /// <summary>Questions with their type and, where they were answered, the answer's code.</summary>
    private static (IEnumerable<string>, IEnumerable<string>) Dns(IReadOnlyList<TsharkFrame> frames, Analysis ours)
    {
        IEnumerable<string> theirs = frames.Where(frame => frame["dns.count.queries"] == "1" && frame.All("dns.qry.name").Length == 1 && frame["dns.qry.name"].All(char.IsAscii) && Says(frame, "dns"))
            .Select(frame => frame["dns.flags.response"] is "1" or "True" ? $"answer {Name(frame["dns.qry.name"])} {frame["dns.flags.rcode"]}" : $"question {Name(frame["dns.qry.name"])} {frame["dns.qry.type"]}").Distinct();
        IEnumerable<string> rows = ours.Rows("dns").Where(row => !HasPort(row, 5353, 5355, 137) && row.TryGetProperty("query", out JsonElement query) && query.GetString()!.All(char.IsAscii) && !query.GetString()!.Contains('\\')).SelectMany(row =>
        {
            // Like Zeek's, the row of an answer whose question was missed has no type.
            string name = Name(Text(row, "query"));
            return ((string[])[row.TryGetProperty("qtype", out JsonElement type) ? $"question {name} {type}" : "", row.TryGetProperty("rcode", out JsonElement code) ? $"answer {name} {code}" : ""]).Where(line => line.Length > 0);
        }).Distinct();
        return (theirs, rows);
    }

    private static (IEnumerable<string>, IEnumerable<string>) Dhcp(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.Where(frame => frame["dhcp.option.dhcp"].Length > 0 && Says(frame, "dhcp") && !frame["frame.protocols"].Contains("icmp", StringComparison.Ordinal)).Select(frame =>
            $"{frame["dhcp.option.dhcp"]} {frame.All("dhcp.hw.mac_addr").FirstOrDefault("")} {(frame["dhcp.option.dhcp"] is "1" or "3" or "4" or "7" or "8" ? frame["dhcp.option.hostname"] : "")} {string.Join(',', frame.All("dhcp.option.request_list_item"))}"),
         ours.Rows("dhcp").Where(row => row.TryGetProperty("msg_types", out JsonElement types) && types[0].GetString() != "BOOTP").Select(row =>
            $"{MessageType(row.GetProperty("msg_types")[0].GetString()!)} {Text(row, "mac")} {Text(row, "host_name")} {Text(row, "parameter_list")}"));

    private static (IEnumerable<string>, IEnumerable<string>) Http(IReadOnlyList<TsharkFrame> frames, Analysis ours)
    {
        // What is masked in our URIs cannot be compared: the path before the first query is, unless it is masked itself.
        IEnumerable<string> theirs = frames.Where(frame => frame.IsTcp && !frame.IsRetransmission && Names(frame, "http"))
            .SelectMany(frame => frame.All("http.request.method").Zip(frame.All("http.request.uri")).Select(pair => $"{pair.First} {Depth(pair.Second)}").Concat(frame.All("http.response.code")));
        IEnumerable<string> rows = ours.Rows("http").Where(row => Text(row, "version") != "2").SelectMany(row => (string[])[
            .. row.TryGetProperty("method", out JsonElement method) ? [$"{method} {Depth(Text(row, "uri"))}"] : (string[])[],
            .. Codes(row)]);
        return (theirs, rows);
    }

    private static (IEnumerable<string>, IEnumerable<string>) Tls(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.Where(frame => frame.IsTcp && frame["tls.handshake.ja3"].Length > 0 && Names(frame, "tls")).DistinctBy(frame => frame["tcp.stream"])
            .Select(frame => $"{frame.All("tls.handshake.extensions_server_name").FirstOrDefault("")} {frame.All("tls.handshake.ja3")[0]}"),
         ours.Rows("ssl").Where(row => row.TryGetProperty("ja3", out _) && !Text(row, "version").StartsWith('D')).Select(row => $"{Text(row, "server_name")} {Text(row, "ja3")}"));

    private static (IEnumerable<string>, IEnumerable<string>) Ssh(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.Where(frame => !frame.IsRetransmission).SelectMany(frame => frame.All("ssh.protocol")).Select(banner => banner.TrimEnd()),
         ours.Rows("ssh").SelectMany(row => (string[])[Text(row, "client"), Text(row, "server")]).Select(banner => banner.TrimEnd()).Where(banner => banner.Length > 0));

    private static (IEnumerable<string>, IEnumerable<string>) Snmp(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.Where(frame => Says(frame, "snmp")).SelectMany(frame => frame.All("snmp.version").Concat(frame.All("snmp.msgVersion"))).Select(version => version switch { "0" => "1", "1" => "2c", _ => version }).Distinct(),
         ours.Rows("snmp").Select(row => Text(row, "version")).Distinct());

    private static (IEnumerable<string>, IEnumerable<string>) Ntp(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.Where(frame => frame["ntp.flags.mode"].Length == 1 && Says(frame, "ntp")).Select(frame => $"{frame["ntp.flags.vn"]} {frame["ntp.flags.mode"]}").Distinct(),
         ours.Rows("ntp").Select(row => $"{Text(row, "version")} {Text(row, "mode")}").Distinct());

    private static (IEnumerable<string>, IEnumerable<string>) Dicom(IReadOnlyList<TsharkFrame> frames, Analysis ours)
    {
        // tshark repeats titles in the acceptance; a request is told by its abstract syntaxes.
        IEnumerable<string> theirs = frames.Where(frame => frame["dicom.pctx.abss.syntax"].Length > 0)
            .Select(frame => $"{frame.All("dicom.assoc.ae.calling")[0].Trim()} {frame.All("dicom.assoc.ae.called")[0].Trim()} {string.Join(' ', frame.All("dicom.pctx.abss.syntax").Select(Uid))}");
        IEnumerable<string> rows = ours.Rows("dicom").Where(row => Text(row, "kind") == "association" && row.TryGetProperty("contexts", out _)).Select(row =>
            $"{Text(row, "calling_ae")} {Text(row, "called_ae")} {string.Join(' ', row.GetProperty("contexts").EnumerateArray().Select(context => Text(context, "abstract_syntax")))}");
        return (theirs, rows);
    }

    private static (IEnumerable<string>, IEnumerable<string>) Hl7(IReadOnlyList<TsharkFrame> frames, Analysis ours) =>
        (frames.SelectMany(frame => frame.All("hl7.segment")).Where(segment => segment.StartsWith("MSH", StringComparison.Ordinal) && segment.Length > 8).Select(segment => segment.Split(segment[3]))
            .Where(fields => fields.Length > 9 && !fields[8].StartsWith("ACK", StringComparison.Ordinal)).Select(fields => $"{fields[8].Split('^')[0]} {fields[9]}"),
         ours.Rows("hl7").Where(row => row.TryGetProperty("control_id", out _)).Select(row => $"{Text(row, "message_type").Split('^')[0]} {Text(row, "control_id")}"));

    private static bool Names(TsharkFrame frame, string protocol) => frame["frame.protocols"].Split(':').Contains(protocol);

    private static bool Says(TsharkFrame frame, string protocol) => Names(frame, protocol) && frame["_ws.malformed"].Length == 0;

    private static string Text(JsonElement row, string name) =>
        !row.TryGetProperty(name, out JsonElement value) ? "" : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static bool HasPort(JsonElement row, params int[] ports) => ports.Contains(row.GetProperty("id.orig_p").GetInt32()) || ports.Contains(row.GetProperty("id.resp_p").GetInt32());

    private static string Name(string name) => name is "<Root>" or "." ? "" : name.ToLowerInvariant();

    /// <summary>How many steps a path has: what of it may be masked keeps that. Our URIs are without escapes, like Zeek's.</summary>
    private static int Depth(string uri) => Uri.UnescapeDataString(uri).Split('?', '#')[0].Count(static letter => letter == '/');

    /// <summary>tshark writes a UID it knows as its name and the UID in brackets.</summary>
    private static string Uid(string syntax) => syntax.EndsWith(')') ? syntax[(syntax.LastIndexOf('(') + 1)..^1] : syntax;

    private static IEnumerable<string> Codes(JsonElement row) =>
        ((string[])[Text(row, "info_code"), Text(row, "status_code")]).Where(code => code.Length > 0);

    private static string MessageType(string word) => word switch
    {
        "DISCOVER" => "1",
        "OFFER" => "2",
        "REQUEST" => "3",
        "DECLINE" => "4",
        "ACK" => "5",
        "NAK" => "6",
        "RELEASE" => "7",
        "INFORM" => "8",
        _ => word,
    };
}
