using System.Globalization;
using Wardkeeper.Sensor.Tests.Captures;
using YamlDotNet.RepresentationModel;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>One case of suricata-verify: its capture, its rules, and how many alerts of which kind it expects.</summary>
internal sealed partial record VerifyCase(string Name, string Capture, IReadOnlyList<string> Rules, IReadOnlyList<VerifyCase.Expected> Checks, bool LooksAtOnce, bool IsEvader)
{
    /// <summary>So many alerts with these fields.</summary>
    public sealed record Expected(int Count, IReadOnlyDictionary<string, string> Fields);

    /// <summary>Fields of alerts that can be compared. Others are passed by, so that more alerts may fit than should; what must not be there is not asked by them.</summary>
    private static readonly HashSet<string> Comparable = ["event_type", "alert.signature_id", "alert.signature", "alert.gid", "alert.rev", "alert.severity", "alert.category", "pcap_cnt", "src_ip", "dest_ip", "src_port", "dest_port", "proto", "alert.action", "direction", "app_proto"];

    /// <summary>Fields that say the same of each of our alerts, or of which we keep none.</summary>
    private static readonly HashSet<string> Passed = ["event_type", "alert.action", "app_proto", "pcap_cnt"];

    /// <summary>All cases that have rules, a capture and alert counts, inline and firewall cases apart, and those that need a script or list that is not there.</summary>
    public static IEnumerable<VerifyCase> All()
    {
        string root = SharedFiles.Path("captures/suricata-verify");
        foreach (string file in Directory.EnumerateFiles(root, "test.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Read(root, file) is { } one) yield return one;
        }
    }

    private static VerifyCase? Read(string root, string file)
    {
        string folder = Path.GetDirectoryName(file)!, name = Path.GetRelativePath(root, folder);
        YamlStream yaml = [];
        using (StreamReader reader = new(file)) yaml.Load(reader);
        if (yaml.Documents is not [{ RootNode: YamlMappingNode map }, ..]) return null;
        string arguments = string.Join(' ', Sequence(map, "args").Select(node => node.ToString()));
        string[] rules = [.. Directory.EnumerateFiles(folder, "*.rules").Order(StringComparer.Ordinal)];
        if (rules.Length == 0 || name.Contains("firewall", StringComparison.Ordinal) || arguments.Contains("--simulate-ips", StringComparison.Ordinal)) return null;
        string? capture = map.Children.TryGetValue("pcap", out YamlNode? given) ? (given.ToString() == "false" ? null : Path.Combine(folder, given.ToString()))
            : Directory.EnumerateFiles(folder).FirstOrDefault(path => path.Contains(".pcap", StringComparison.Ordinal));
        if (capture is null || !File.Exists(capture) || rules.Any(file => NeedsOthers(folder, file))) return null;
        List<Expected> checks = [];
        bool hasAlerts = false;
        foreach (YamlNode check in Sequence(map, "checks"))
        {
            if (check is not YamlMappingNode { } step || !step.Children.TryGetValue("filter", out YamlNode? filter) || filter is not YamlMappingNode terms) continue;
            if (!terms.Children.TryGetValue("match", out YamlNode? match) || match is not YamlMappingNode fields) continue;
            Dictionary<string, string> wanted = Flat(fields, "").ToDictionary();
            if (wanted.GetValueOrDefault("event_type") != "alert") continue;
            hasAlerts = true;
            bool isNone = terms.Children["count"].ToString() == "0";
            if (IsOlder(terms) || (isNone && !wanted.Keys.All(Comparable.Contains))) continue;
            checks.Add(new Expected(int.Parse(terms.Children["count"].ToString(), CultureInfo.InvariantCulture), wanted));
        }
        return hasAlerts ? new VerifyCase(name, capture, rules, checks, arguments.Contains("stream.inline=true", StringComparison.Ordinal), name.StartsWith("http-evader", StringComparison.Ordinal)) : null;
    }

    /// <summary>Fields of fields, their names joined by dots.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Flat(YamlMappingNode map, string before) => map.Children.SelectMany(pair => pair.Value is YamlMappingNode inner ? Flat(inner, before + pair.Key + ".") : [new(before + pair.Key, pair.Value.ToString())]);

    /// <summary>Whether a rule needs a script or a list that the collection does not have, so that nobody can run it.</summary>
    private static bool NeedsOthers(string folder, string rules) => File.ReadLines(rules).Where(static line => !line.StartsWith('#'))
        .SelectMany(static line => OtherFiles().Matches(line)).Any(match => !File.Exists(Path.Combine(folder, match.Groups["file"].Value)));

    [System.Text.RegularExpressions.GeneratedRegex(@"\b(?:(?:lua|filemd5|filesha1|filesha256):\s*!?|(?:dataset|datarep):[^;]*\bload\s+)(?<file>[\w./-]+)")]
    private static partial System.Text.RegularExpressions.Regex OtherFiles();

    /// <summary>Whether a check is of an older version of the other engine only.</summary>
    private static bool IsOlder(YamlMappingNode terms) =>
        terms.Children.TryGetValue("requires", out YamlNode? requires) && requires is YamlMappingNode { } map && map.Children.ContainsKey("lt-version");

    private static IEnumerable<YamlNode> Sequence(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out YamlNode? node) && node is YamlSequenceNode { } sequence ? sequence.Children : [];

    /// <summary>The address as the case writes it, when it is the same: IPv6 can be written in many ways.</summary>
    private static string Same(string wanted, string ours) =>
        System.Net.IPAddress.TryParse(wanted, out System.Net.IPAddress? one) && System.Net.IPAddress.TryParse(ours, out System.Net.IPAddress? other) && one.Equals(other) ? wanted : ours;

    /// <summary>Whether an alert has the fields; the packet is compared where the other engine cannot have looked later than we did.</summary>
    public static bool Fits(IReadOnlyDictionary<string, string> fields, Wardkeeper.Sensor.Signatures.SignatureAlert alert, bool looksAtOnce) => fields.All(field => !Comparable.Contains(field.Key) || (Passed.Contains(field.Key) && (field.Key != "pcap_cnt" || !((looksAtOnce && alert.Rule.PayloadSection is not null) || IsOfOnePacket(alert)))) || field.Value == field.Key switch
    {
        "alert.signature_id" => alert.Rule.Sid.ToString(CultureInfo.InvariantCulture),
        "alert.signature" => alert.Rule.Message,
        "alert.gid" => alert.Rule.Gid.ToString(CultureInfo.InvariantCulture),
        "alert.rev" => alert.Rule.Revision.ToString(CultureInfo.InvariantCulture),
        "alert.severity" => alert.Rule.Priority.ToString(CultureInfo.InvariantCulture),
        "alert.category" => Wardkeeper.Sensor.Signatures.Rules.Classifications.NameOf(alert.Rule.Classtype) ?? "",
        "pcap_cnt" => alert.Packet.ToString(CultureInfo.InvariantCulture),
        "src_ip" => Same(field.Value, alert.Source.ToString()),
        "dest_ip" => Same(field.Value, alert.Destination.ToString()),
        "src_port" => alert.SourcePort.ToString(CultureInfo.InvariantCulture),
        "dest_port" => alert.DestinationPort.ToString(CultureInfo.InvariantCulture),
        "direction" => alert.ToServer ? "to_server" : "to_client",
        "proto" => alert.Flow!.IpProtocol switch { 6 => "TCP", 17 => "UDP", 1 => "ICMP", 58 => "IPv6-ICMP", 2 => "IGMP", 132 => "SCTP", _ => field.Value },
        _ => field.Value,
    });

    /// <summary>Whether the other engine cannot have looked later than we did: at a packet's headers, or at a datagram.</summary>
    private static bool IsOfOnePacket(Wardkeeper.Sensor.Signatures.SignatureAlert alert) => alert.Rule.PacketEvent is not null || alert.Rule.DecoderEvent != 0 || alert.Flow!.IpProtocol != 6;
}
