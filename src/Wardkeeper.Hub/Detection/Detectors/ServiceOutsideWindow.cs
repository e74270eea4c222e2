using System.Buffers;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Work on a medical device or a controller that nobody announced, at a site whose file tells its maintenance windows. Software: a program or a file named like
/// firmware reaches it (FTP, TFTP, shares, HTTP), a page of it takes an upload for an update, its settings are written by SNMP, or its program is changed or stopped (S7). Service: somebody logs in by Telnet
/// or FTP, or works in it by SSH. Medium on a device that the site file announces work on at other times, or inside its window from a machine that the window does not name; else low. Silent inside the
/// window, on declared scanners, on failed logins, on pictures and documents, and where the site file has no window at all: then nobody said what is announced. What is done to a device of which
/// nobody knows yet what it is waits until that is known.
/// </summary>
internal sealed class ServiceOutsideWindow : IDetector, IDetector<TransactionRow>, IDetector<LedgerReview>
{
    private const int FewestUploaded = 10_000, Kept = 1024, WaitingOfOne = 8;
    private static readonly FindingType Software = new("firmware-outside-maintenance", Severity.Low, Duty.ClinicalEngineering, "T0857") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Login = new("service-login-outside-maintenance", Severity.Low, Duty.ClinicalEngineering, "T1078") { SubjectIs = PartyRole.Target };
    private static readonly SearchValues<string> Words = SearchValues.Create(["firmware", "upgrade", "flash", "fwupdate", "fw_", "swupdate", "sysupdate", "bootloader"], StringComparison.OrdinalIgnoreCase);
    private static readonly string[] Endings = [".fw", ".hex", ".rom", ".uf2", ".dfu", ".swu", ".upd", ".ipk", ".rpm", ".deb", ".msi", ".exe", ".ihex", ".srec"];
    private static readonly HashSet<string> Controllers = ["building-control", "medical-gas-monitor", "water-treatment"];
    private readonly RecentState<Address, Waiting> waiting = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("service-outside-window", Software, Login) { Logs = ["files", "http", "snmp", "s7comm", "telnet", "ftp", "ssh_session"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Site.MaintenanceWindows.Count == 0 || seen.Flow is not { } flow || flow.OriginatorAddress.IsNone || Work(seen) is not { } work) return;
        // A file goes to the one that did not send it; everything else is done to the server.
        bool isToOriginator = seen.Log == "files" && seen.Flag("is_orig"u8) == false;
        Service done = new()
        {
            Device = isToOriginator ? flow.Originator : seen.Log == "files" ? flow.Responder : flow.Server,
            By = seen.Log == "files" ? isToOriginator ? flow.Responder : flow.Originator : flow.Client,
            Log = seen.Log,
            What = work.What,
            Confidence = work.Confidence,
            IsLogin = work.Type == Login,
            IsProven = flow.Carrier != Carrier.Udp,
            Evidence = new Evidence(seen.At, flow.Uid, flow.FirstPacket, seen.Log),
        };
        if (IsJudged(done, known, findings)) return;
        List<Service> earlier = waiting.Of(done.Device.Ip).Done;
        if (earlier.Count < WaitingOfOne) earlier.Add(done);
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach ((_, Waiting device) in waiting.All)
        {
            for (int i = device.Done.Count - 1; i >= 0; i--)
            {
                if (IsJudged(device.Done[i], known, findings)) device.Done.RemoveAt(i);
            }
        }
    }

    /// <summary>Judges what was done, once it is known on what.</summary>
    private static bool IsJudged(Service done, in Knowledge known, IFindingSink findings)
    {
        Party subject = known.Party(done.Device);
        if (subject.Device is not { Type: not null } facts) return false;
        if (!(facts.IsMedical || Controllers.Contains(facts.Type)) || known.Site.IsScanner(done.By.Ip)) return true;
        Address device = done.Device.Ip, by = done.By.Ip;
        MaintenanceWindow? window = known.Site.WindowOf(device, done.Evidence.At);
        if (window is not null && (window.Peers.Count == 0 || window.Peers.Any(peer => peer.Contains(by)))) return true;
        bool isPlanned = known.Site.MaintenanceWindows.Any(one => one.Devices.Any(place => place.Contains(device)));
        findings.Raise(new Sighting
        {
            Type = done.IsLogin ? Login : Software,
            Subject = subject,
            Peer = known.Party(done.By),
            Discriminator = done.Log,
            Severity = isPlanned ? Severity.Medium : null,
            Confidence = done.Confidence,
            Arguments = [done.What, device.ToString(), by.ToString()],
            Facts =
            [
                new Fact("work", done.What),
                new Fact("by", by.ToString(), window is null ? null : string.Join(", ", window.Peers)),
                new Fact("maintenance-window", window?.Name ?? "none", "one that is announced"),
                new Fact("source-proof", done.IsProven ? "handshake" : "single packets"),
            ],
            Evidence = done.Evidence,
        });
        return true;
    }

    private static Done? Work(TransactionRow seen)
    {
        switch (seen.Log)
        {
            case "files" when seen.Text("source"u8) != "smtp" && IsSoftware(seen): return new Done(Software, seen.Text("filename"u8) ?? seen.Text("format"u8) ?? "program", 0.8);
            case "http" when seen.Text("method"u8) is "POST" or "PUT" && seen.Text("uri"u8) is { } uri && uri.AsSpan().ContainsAny(Words) && seen.Number("request_body_len"u8) >= FewestUploaded && seen.Number("status_code"u8) is >= 200 and < 400:
                return new Done(Software, $"HTTP {uri[..Math.Min(uri.Length, 80)]}", 0.8);
            case "snmp" when seen.Number("set_requests"u8) > 0: return new Done(Software, "SNMP set", 0.7);
            case "s7comm" when seen.Text("function"u8) is "plc-stop" or "request-download" or "download-block" or "plc-control" && seen.Text("error"u8) is null: return new Done(Software, $"S7 {seen.Text("function"u8)}", 0.85);
            case "telnet" when seen.Text("kind"u8) == "login" && seen.Flag("success"u8) != false: return new Done(Login, "Telnet", seen.Flag("success"u8) == true ? 0.9 : 0.6);
            case "ftp" when seen.Text("command"u8) == "PASS" && seen.Number("reply_code"u8) == 230: return new Done(Login, "FTP", 0.9);
            case "ssh_session" when seen.Text("shape"u8) is "interactive" or "upload" or "tunnel": return new Done(Login, $"SSH, {seen.Text("shape"u8)}", 0.7);
            default: return null;
        }
    }

    private static bool IsSoftware(TransactionRow seen)
    {
        string? name = seen.Text("filename"u8), format = seen.Text("format"u8);
        return (name is not null && (name.AsSpan().ContainsAny(Words) || Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))))
            || format?.StartsWith("ELF", StringComparison.Ordinal) == true || format?.StartsWith("PE32", StringComparison.Ordinal) == true;
    }

    private readonly record struct Done(FindingType Type, string What, double Confidence);

    /// <summary>What was done to devices of which nobody knows yet what they are.</summary>
    internal sealed class Waiting
    {
        public List<Service> Done { get; set; } = [];
    }

    /// <summary>What was done to a device.</summary>
    internal sealed class Service
    {
        public Subject Device { get; set; }

        public Subject By { get; set; }

        public string Log { get; set; } = "";

        public string What { get; set; } = "";

        public double Confidence { get; set; }

        public bool IsLogin { get; set; }

        public bool IsProven { get; set; }

        public Evidence Evidence { get; set; } = new(default);
    }
}
