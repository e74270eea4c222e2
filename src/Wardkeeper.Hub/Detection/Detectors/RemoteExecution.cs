using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Programs that one machine starts on another by Windows' own means: a service that is made there (svcctl), a task (atsvc, Task Scheduler), a method of
/// WMI, a method of an object by DCOM, a shell of WinRM. That is how intruders go from machine to machine, and how some administrators work; it weighs more
/// when the same machine put a program into an administrative share before, when a command line stands where a program should, or when pipes and files
/// are named as the tools of intruders name theirs. One finding for each machine that does so, with how many it reached. Silent on what was refused, on
/// declared scanners, and on queries that start nothing; only told inside announced work.
/// </summary>
internal sealed class RemoteExecution : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, TargetsKept = 256;
    private const string Dispatch = "00020400-0000-0000-c000-000000000046";
    // A program is put in place and started within minutes.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(30);
    private static readonly FindingType Service = new("remote-service-created", Severity.Medium, Duty.InformationDepartment, "T1569.002");
    private static readonly FindingType Job = new("remote-task-created", Severity.Medium, Duty.InformationDepartment, "T1053.005");
    private static readonly FindingType Wmi = new("remote-wmi-execution", Severity.Medium, Duty.InformationDepartment, "T1047");
    private static readonly FindingType Dcom = new("remote-dcom-execution", Severity.Medium, Duty.InformationDepartment, "T1021.003");
    private static readonly FindingType Shell = new("remote-shell-opened", Severity.Low, Duty.InformationDepartment, "T1021.006");
    private static readonly string[] ProgramEndings = [".exe", ".dll", ".sys", ".bat", ".cmd", ".ps1", ".vbs", ".hta", ".msi", ".scr"];
    private static readonly string[] ToolPipes = ["psexesvc", "psexec", "remcom_", "paexec", "csexec", "winexesvc", "xcmdsvc", "atctl"];
    private static readonly string[] CommandWords = ["%comspec%", "cmd.exe /", "cmd /", "powershell", "rundll32", "mshta", "certutil", "\\\\127.0.0.1\\", "__output"];
    private readonly RecentState<Pair, Placed> placed = new(Kept);
    private readonly RecentState<Address, Reached> reached = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("remote-execution", Service, Job, Wmi, Dcom, Shell) { Logs = ["dce_rpc", "smb_files", "winrm"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || known.Site.IsScanner(flow.Client.Ip) || !(known.Local.Contains(flow.Client.Ip) || known.Local.Contains(flow.Server.Ip))) return;
        if (seen.Log == "smb_files") File(seen, flow, known, findings);
        else if (seen.Log == "winrm") WinRm(seen, flow, known, findings);
        else Call(seen, flow, known, findings);
    }

    private void File(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        string name = seen.Text("name"u8) ?? "";
        if (seen.Text("status"u8) is not null) return;
        if (seen.Text("action"u8) == "SMB::PIPE_OPEN")
        {
            if (ToolPipes.Any(tool => name.TrimStart('\\').StartsWith(tool, StringComparison.OrdinalIgnoreCase))) Report(Service, new Deed("pipe " + name, true), seen, flow, known, findings);
            return;
        }
        if (!IsAdministrative(seen.Text("path"u8))) return;
        // The output of a command, fetched again: __1611234567.12 of WMI, __output of a service.
        bool isOutput = name.Split('\\')[^1] is ['_', '_', ..] last && (last == "__output" || (last.Length > 8 && last.AsSpan(2).ContainsAnyExcept("0123456789.".AsSpan()) is false));
        bool isProgram = seen.Number("bytes_written"u8) > 0 && ProgramEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        if (!isOutput && !isProgram) return;
        Placed here = placed.Of(new Pair(flow.Client.Ip, flow.Server.Ip));
        (here.Name, here.At) = (name, seen.At);
        // The call may be told before the file: rows of files are written when these are closed.
        if (here.Raised is { } type && seen.At.Since(here.RaisedAt) <= Window) Report(Info.Types.Single(one => one.Name == type), new Deed(here.Told, true), seen, flow, known, findings);
    }

    private void Call(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        string endpoint = seen.Text("endpoint"u8) ?? "", operation = seen.Text("operation"u8) ?? "";
        FindingType? type = (endpoint, operation) switch
        {
            ("svcctl", "CreateServiceW" or "CreateServiceA" or "CreateServiceWOW64W" or "CreateServiceWOW64A") => Service,
            ("atsvc", "NetrJobAdd") or ("ITaskSchedulerService", "SchRpcRegisterTask") => Job,
            ("IWbemServices", "ExecMethod" or "ExecMethodAsync") => Wmi,
            _ when endpoint.Contains(Dispatch, StringComparison.OrdinalIgnoreCase) && seen.Number("opnum"u8) == 6 => Dcom,
            _ => null,
        };
        if (type is null || seen.Text("fault"u8) is not null || seen.Text("return_code"u8) is not (null or "0x00000000")) return;
        IReadOnlyList<string> arguments = seen.Texts("arguments"u8);
        string what = arguments.Count > 0 ? string.Join(" | ", arguments) : operation;
        Placed here = placed.Of(new Pair(flow.Client.Ip, flow.Server.Ip));
        (here.Raised, here.RaisedAt, here.Told) = (type.Name, seen.At, what);
        bool isTool = CommandWords.Any(word => what.Contains(word, StringComparison.OrdinalIgnoreCase));
        Report(type, new Deed(what, isTool), seen, flow, known, findings);
    }

    private void WinRm(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("action"u8) is not ("Command" or "Create") || seen.Text("resource"u8)?.Contains("shell", StringComparison.Ordinal) != true || seen.Number("status_code"u8) is not (null or 200)) return;
        string what = seen.Text("command"u8) ?? seen.Text("resource"u8)!;
        Report(Shell, new Deed(what, false), seen, flow, known, findings);
    }

    private void Report(FindingType type, Deed deed, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        Subject client = flow.Client, server = flow.Server;
        Placed? here = placed.Find(new Pair(client.Ip, server.Ip));
        string? file = here?.Name is { } name && seen.At.Since(here.At) <= Window ? name : null;
        Reached all = reached.Of(client.Ip);
        if (all.Targets.Count < TargetsKept) all.Targets.Add(server.Ip);
        bool isAnnounced = known.Site.WindowOf(client.Ip, seen.At) is not null || known.Site.WindowOf(server.Ip, seen.At) is not null;
        bool isTool = deed.IsTool || file is not null;
        findings.Raise(new Sighting
        {
            Type = type,
            Subject = known.Party(client),
            Severity = isAnnounced ? Severity.Info : isTool ? Severity.High : null,
            Confidence = isTool ? 0.9 : 0.7,
            Arguments = [client.Ip.ToString(), server.Ip.ToString(), deed.What],
            Facts =
            [
                new Fact("latest-target", server.Ip.ToString()),
                new Fact("targets", FlowFacts.Number(all.Targets.Count)),
                new Fact("started", deed.What),
                new Fact("file-put-there", file ?? "-", "nothing"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, seen.Log),
        });
    }

    /// <summary>ADMIN$, and the root of a drive: shares that only administrators enter.</summary>
    private static bool IsAdministrative(string? share) => share?.Split('\\')[^1] is { } last && (last.Equals("ADMIN$", StringComparison.OrdinalIgnoreCase) || (last.Length == 2 && last[1] == '$' && char.IsAsciiLetter(last[0])));

    /// <summary>What was done, and whether it looks like an intruder's tool.</summary>
    private readonly record struct Deed(string What, bool IsTool);

    /// <summary>Who reached whom.</summary>
    internal readonly record struct Pair(Address Client, Address Server);

    internal sealed class Placed
    {
        public string? Name { get; set; }

        public CaptureTime At { get; set; }

        public string? Raised { get; set; }

        public CaptureTime RaisedAt { get; set; }

        public string Told { get; set; } = "";
    }

    internal sealed class Reached
    {
        public HashSet<Address> Targets { get; set; } = [];
    }
}
