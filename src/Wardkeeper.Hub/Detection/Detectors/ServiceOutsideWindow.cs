using System.Buffers;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Work on a medical device or a controller that nobody announced, at a site whose file tells its maintenance windows. Software: a program or a file named like
/// firmware reaches it (FTP, TFTP, shares, HTTP), a page of it takes an upload for an update, its settings are written by SNMP, or its program is changed or stopped (S7). Service: somebody logs in by Telnet
/// or FTP, or works in it by SSH. Medium on a device that the site file announces work on at other times, or inside its window from a machine that the window does not name; else low. Silent inside the
/// window, on declared scanners, on failed logins, on pictures and documents, and where the site file has no window at all: then nobody said what is announced.
/// </summary>
internal sealed class ServiceOutsideWindow : IDetector, IDetector<TransactionRow>
{
    private const int FewestUploaded = 10_000;
    private static readonly FindingType Software = new("firmware-outside-maintenance", Severity.Low, Duty.ClinicalEngineering, "T0857") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Login = new("service-login-outside-maintenance", Severity.Low, Duty.ClinicalEngineering, "T1078") { SubjectIs = PartyRole.Target };
    private static readonly SearchValues<string> Words = SearchValues.Create(["firmware", "upgrade", "flash", "fwupdate", "fw_", "swupdate", "sysupdate", "bootloader"], StringComparison.OrdinalIgnoreCase);
    private static readonly string[] Endings = [".fw", ".hex", ".rom", ".uf2", ".dfu", ".swu", ".upd", ".ipk", ".rpm", ".deb", ".msi", ".exe", ".ihex", ".srec"];
    private static readonly HashSet<string> Controllers = ["building-control", "medical-gas-monitor", "water-treatment"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("service-outside-window", Software, Login) { Logs = ["files", "http", "snmp", "s7comm", "telnet", "ftp", "ssh_session"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Site.MaintenanceWindows.Count == 0 || seen.Flow is not { } flow || flow.OriginatorAddress.IsNone || Work(seen) is not { } work) return;
        // A file goes to the one that did not send it; everything else is done to the server.
        bool isToOriginator = seen.Log == "files" && seen.Flag("is_orig"u8) == false;
        Subject device = isToOriginator ? flow.Originator : seen.Log == "files" ? flow.Responder : flow.Server, by = seen.Log == "files" ? isToOriginator ? flow.Responder : flow.Originator : flow.Client;
        Party subject = known.Party(device);
        if (subject.Device is not { } facts || !(facts.IsMedical || (facts.Type is { } type && Controllers.Contains(type))) || known.Site.IsScanner(by.Ip)) return;
        MaintenanceWindow? window = known.Site.WindowOf(device.Ip, seen.At);
        if (window is not null && (window.Peers.Count == 0 || window.Peers.Any(peer => peer.Contains(by.Ip)))) return;
        bool isPlanned = known.Site.MaintenanceWindows.Any(one => one.Devices.Any(place => place.Contains(device.Ip)));
        findings.Raise(new Sighting
        {
            Type = work.Type,
            Subject = subject,
            Peer = known.Party(by),
            Discriminator = seen.Log,
            Severity = isPlanned ? Severity.Medium : null,
            Confidence = work.Confidence,
            Arguments = [work.What, device.Ip.ToString(), by.Ip.ToString()],
            Facts =
            [
                new Fact("work", work.What),
                new Fact("by", by.Ip.ToString(), window is null ? null : string.Join(", ", window.Peers)),
                new Fact("maintenance-window", window?.Name ?? "none", "one that is announced"),
                new Fact("source-proof", flow.Carrier == Carrier.Udp ? "single packets" : "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, flow.FirstPacket, seen.Log),
        });
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
}
