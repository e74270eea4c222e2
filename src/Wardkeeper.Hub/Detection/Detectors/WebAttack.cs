using System.Buffers;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Requests that carry code or paths which no page asks for: scripts, statements of SQL, commands of a shell, ways out of the folder, look-ups for a logger, and the names of
/// programs that try them all. One plain shape is enough to tell it; what the server answered says whether it took it: refused attempts weigh less. And uploads to a
/// host outside that is called by its number alone on a foreign port, by a program that calls itself a browser which has long been gone: that is how much malicious software
/// asks for orders. Silent on declared scanners. Values that name patients are masked by the sensor before and are not looked at.
/// </summary>
internal sealed class WebAttack : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, KindsKept = 8, LongestShown = 160;
    private static readonly FindingType Attack = new("web-attack", Severity.Medium, Duty.InformationDepartment, "T1190");
    private static readonly FindingType Upload = new("upload-to-unnamed-host", Severity.Medium, Duty.InformationDepartment, "T1071.001");

    /// <summary>What is looked for in the request target, in lower case; by kind.</summary>
    private static readonly (string Kind, SearchValues<string> Shapes)[] Kinds =
    [
        ("script", Of("<script", "javascript:alert", "onerror=", "onload=alert", "<img src=x", "<svg/on")),
        ("sql", Of("union select", "union all select", "union+select", "' or '1'='1", "' or 1=1", "information_schema", "xp_cmdshell", "waitfor delay", "sleep(5", "benchmark(")),
        ("shell", Of(";wget ", ";curl ", "|wget ", "/bin/sh", "/bin/bash", "cmd.exe", "powershell", ";id;", "$(id)", "`id`", "passthru(", "system(", "shell_exec(", "() { :;}", "() { :; }", "busybox", "/etc/passwd", "/etc/shadow")),
        ("path", Of("../../..", "..\\..\\..", "..%2f..%2f", "%2e%2e/%2e%2e/", "/.git/config", "/.env", "/wp-config.php", "win.ini", "boot.ini")),
        ("look-up", Of("${jndi:", "${${", "${env:", "class.module.classloader", "ognl", "%{(#")),
    ];

    private static readonly SearchValues<string> Tools = Of("nikto", "sqlmap", "nmap scripting", "masscan", "zgrab", "dirbuster", "gobuster", "wpscan", "nessus", "openvas", "nuclei", "acunetix", "w3af", "havij", "ffuf", "feroxbuster", "hydra");
    private static readonly SearchValues<string> Gone = Of("msie 5", "msie 6", "msie 7", "msie 8", "trident/4", "trident/5", "trident/7");
    private readonly RecentState<Way, Tried> tried = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("web-attack", Attack, Upload) { Logs = ["http"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || known.Site.IsScanner(flow.Client.Ip) || seen.Text("uri"u8) is not { } uri) return;
        string agent = seen.Text("user_agent"u8) ?? "";
        string? kind = null;
        foreach ((string name, SearchValues<string> shapes) in Kinds)
        {
            if (uri.AsSpan().ContainsAny(shapes)) kind ??= name;
        }
        if (kind is null && agent.AsSpan().ContainsAny(Tools)) kind = "tool";
        if (kind is not null) Attacks(kind, uri, agent, seen, flow, known, findings);
        if (seen.Text("method"u8) == "POST" && known.Local.Contains(flow.Client.Ip) && !known.Local.Contains(flow.Server.Ip)) Uploads(agent, seen, flow, known, findings);
    }

    private static SearchValues<string> Of(params string[] words) => SearchValues.Create(words, StringComparison.OrdinalIgnoreCase);

    private void Attacks(string kind, string uri, string agent, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        Tried before = tried.Of(new Way(flow.Client.Ip, flow.Server.Ip));
        before.Requests++;
        long? status = seen.Number("status_code"u8);
        bool isTaken = status is >= 200 and < 300;
        if (isTaken) before.Taken++;
        if (before.Kinds.Count < KindsKept && !before.Kinds.Contains(kind)) before.Kinds.Add(kind);
        findings.Raise(new Sighting
        {
            Type = Attack,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Severity = isTaken && kind is "shell" or "look-up" or "sql" ? Severity.High : isTaken ? null : Severity.Low,
            Confidence = kind == "tool" ? 0.95 : before.Requests > 3 || before.Kinds.Count > 1 ? 0.9 : 0.75,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), FlowFacts.Number(before.Requests)],
            Facts =
            [
                new Fact("attack-kinds", string.Join(", ", before.Kinds)),
                new Fact("request-target", Short(uri)),
                new Fact("user-agent", agent.Length == 0 ? "-" : Short(agent)),
                new Fact("answered-well", $"{before.Taken} / {before.Requests}", "0"),
                new Fact("latest-status", status is { } code ? FlowFacts.Number(code) : "-"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "http"),
        });
    }

    private static void Uploads(string agent, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (flow.ServerPort is 80 or 443 or 8080 || !agent.AsSpan().ContainsAny(Gone) || seen.Text("host"u8) is not { } host || host.AsSpan().ContainsAnyExcept("0123456789.:[]".AsSpan())) return;
        findings.Raise(new Sighting
        {
            Type = Upload,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Confidence = 0.75,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), FlowFacts.Port(flow.Carrier, flow.ServerPort)],
            Facts =
            [
                new Fact("name-asked-for", host, "a name"),
                new Fact("port", FlowFacts.Port(flow.Carrier, flow.ServerPort), "tcp/443"),
                new Fact("user-agent", Short(agent)),
                new Fact("bytes-sent", FlowFacts.Number(seen.Number("request_body_len"u8) ?? 0)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "http"),
        });
    }

    private static string Short(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    /// <summary>Who asks whom.</summary>
    internal readonly record struct Way(Address Client, Address Server);

    /// <summary>What was tried so far.</summary>
    internal sealed class Tried
    {
        public long Requests { get; set; }

        public long Taken { get; set; }

        public List<string> Kinds { get; set; } = [];
    }
}
