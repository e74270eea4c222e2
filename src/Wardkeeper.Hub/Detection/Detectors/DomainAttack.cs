using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Attacks on a Windows domain that remote procedure calls show. Zerologon (CVE-2020-1472): a log-on to Netlogon whose challenge is zeros, which chance does
/// not give. Forced authentication: a server is asked to open a file of another machine, so that it logs in there (EfsRpc, the printer's and the file
/// server's notifications, DFS); a printer's notification names the client as ordinary printing does, so it counts only when it names an address. Copying
/// the directory (DCSync): a machine asks a domain controller for its secrets as another controller would, and is none. Told as medium in the first hour, when not every controller has shown itself. Silent on machines that serve
/// Kerberos, Netlogon or the directory themselves, and on calls of EfsRpc that name a file of the server's own.
/// </summary>
internal sealed class DomainAttack : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, TargetsKept = 256;
    private static readonly FindingType Zero = new("zerologon", Severity.High, Duty.InformationDepartment, "T1210");
    private static readonly FindingType Forced = new("forced-authentication", Severity.High, Duty.InformationDepartment, "T1187");
    private static readonly FindingType Copy = new("directory-copied", Severity.High, Duty.InformationDepartment, "T1003.006");
    // Within an hour every controller has given a ticket to somebody.
    private static readonly TimeSpan Learning = TimeSpan.FromHours(1);
    private readonly RecentState<string, Watch> watch = new(1);
    private readonly RecentState<Address, Controller> controllers = new(Kept);
    private readonly RecentState<Address, Attempts> attempts = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("domain-attack", Zero, Forced, Copy) { Logs = ["dce_rpc", "kerberos"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow) return;
        Watch since = watch.Of("");
        since.Began ??= seen.At;
        if (seen.Log == "kerberos")
        {
            // A client shows its ticket to whom it likes; the others are answered by a controller alone.
            if (seen.Text("request_type"u8) is "AS" or "TGS" && seen.Flag("success"u8) is not null) controllers.Of(flow.Server.Ip).IsOne = true;
            return;
        }
        string endpoint = seen.Text("endpoint"u8) ?? "", operation = seen.Text("operation"u8) ?? "";
        if (seen.Flag("zero_challenge"u8) == true) Challenged(operation, seen, flow, known, findings);
        else if (endpoint == "drsuapi") Replicated(operation, seen, flow, known, findings);
        else if (endpoint is "efsrpc" or "spoolss" or "netdfs" or "FileServerVssAgent") Sent(endpoint, operation, seen, flow, known, findings);
        if (endpoint is "netlogon" or "drsuapi") controllers.Of(flow.Server.Ip).IsOne = true;
    }

    private void Challenged(string operation, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        Attempts all = attempts.Of(flow.Client.Ip);
        all.Count++;
        bool isIn = operation.StartsWith("NetrServerAuthenticate", StringComparison.Ordinal) && seen.Text("return_code"u8) == "0x00000000";
        all.WasTaken |= isIn;
        findings.Raise(new Sighting
        {
            Type = Zero,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server),
            Severity = all.WasTaken ? Severity.Critical : null,
            Confidence = all.Count > 1 || isIn ? 0.99 : 0.9,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString()],
            Facts =
            [
                new Fact("attempts", FlowFacts.Number(all.Count), "0"),
                new Fact("let-in", all.WasTaken ? "yes" : "no", "no"),
                new Fact("called", operation),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "dce_rpc"),
        });
    }

    private void Replicated(string operation, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (operation != "DRSGetNCChanges" || seen.Text("fault"u8) is not null || controllers.Find(flow.Client.Ip) is { IsOne: true }) return;
        bool isKnown = watch.Of("").Began is { } began && seen.At.Since(began) >= Learning;
        findings.Raise(new Sighting
        {
            Type = Copy,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server),
            Severity = isKnown ? null : Severity.Medium,
            Confidence = isKnown ? 0.85 : 0.6,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString()],
            Facts = [new Fact("called", operation), new Fact("serves-the-domain", "not seen", "a domain controller"), new Fact("user", seen.Text("user"u8) ?? "-")],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "dce_rpc"),
        });
    }

    private void Sent(string endpoint, string operation, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        string? elsewhere = seen.Texts("arguments"u8).Select(HostOf).FirstOrDefault(host => host is not null);
        bool isHidden = elsewhere is null && seen.Text("auth_level"u8) == "privacy" && endpoint == "efsrpc";
        bool counts = endpoint switch
        {
            "efsrpc" => operation.StartsWith("EfsRpc", StringComparison.Ordinal),
            "spoolss" => operation == "RpcRemoteFindFirstPrinterChangeNotificationEx" && elsewhere is not null && Address.TryParse(elsewhere, out _),
            "netdfs" => operation is "NetrDfsAddStdRoot" or "NetrDfsRemoveStdRoot" or "NetrDfsAddStdRootForced",
            _ => operation is "IsPathSupported" or "IsPathShadowCopied",
        };
        if (!counts || (elsewhere is null && !isHidden) || IsServer(elsewhere, flow)) return;
        Attempts all = attempts.Of(flow.Client.Ip);
        if (all.Targets.Count < TargetsKept) all.Targets.Add(flow.Server.Ip);
        bool isRefused = seen.Text("fault"u8) is not null || seen.Text("return_code"u8) == "0x00000005";
        findings.Raise(new Sighting
        {
            Type = Forced,
            Subject = known.Party(flow.Client),
            Severity = isHidden ? Severity.Medium : null,
            Confidence = isHidden ? 0.6 : 0.9,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), elsewhere ?? "-"],
            Facts =
            [
                new Fact("called", $"{endpoint} {operation}"),
                new Fact("sent-to", elsewhere ?? "hidden", "the server itself"),
                new Fact("latest-target", flow.Server.Ip.ToString()),
                new Fact("targets", FlowFacts.Number(all.Targets.Count)),
                new Fact("refused", isRefused ? "yes" : "no"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "dce_rpc"),
        });
    }

    /// <summary>Whether a file is the addressed server's own.</summary>
    private static bool IsServer(string? host, FlowView flow) => host is not null && (host == flow.Server.Ip.ToString() || host is "." or "localhost" or "127.0.0.1");

    /// <summary>The machine in <c>\\machine\share\file</c>, without what stands behind it for WebDAV.</summary>
    private static string? HostOf(string path) => path.StartsWith(@"\\", StringComparison.Ordinal) && path.AsSpan(2).IndexOfAny('\\', '@') is var end ? (end < 0 ? path[2..] : path[2..(end + 2)]) : null;

    internal sealed class Watch
    {
        public CaptureTime? Began { get; set; }
    }

    internal sealed class Controller
    {
        public bool IsOne { get; set; }
    }

    internal sealed class Attempts
    {
        public long Count { get; set; }

        public bool WasTaken { get; set; }

        public HashSet<Address> Targets { get; set; } = [];
    }
}
