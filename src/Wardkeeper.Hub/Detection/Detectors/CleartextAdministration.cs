using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Telnet or FTP on a machine of the site: passwords pass in clear. Known by protocol where it is parsed, else by port when the
/// connection was taken and the server spoke. Lower inside an announced maintenance window of the machine. Silent on servers that the site
/// declares for terminals or file transfer (unless reached from outside), and on declared scanners.
/// </summary>
internal sealed class CleartextAdministration : IDetector, IDetector<FlowRecord>
{
    private static readonly FindingType Type = new("cleartext-administration", Severity.Medium, Duty.ClinicalEngineering, "T1040", IsExposure: true);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("cleartext-administration", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (view.Carrier != Carrier.Tcp || Protocol(seen) is not { } protocol || seen.ResponderBytes == 0 || !known.Local.Contains(view.ResponderAddress)) return;
        if (known.Site.IsScanner(view.OriginatorAddress)) return;
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress), used = seen.OriginatorBytes > 0;
        if (!fromOutside && known.Site.IsServer(view.ResponderAddress, protocol == "FTP" ? "file-transfer" : "terminal")) return;
        string? window = known.Site.WindowOf(view.ResponderAddress, view.Began)?.Name;
        string at = FlowFacts.Port(Carrier.Tcp, view.ResponderPort), from = known.NetworkOf(view.OriginatorAddress);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(view.Responder, view.ResponderPort),
            Peer = known.Party(view.Originator),
            Discriminator = protocol,
            Severity = fromOutside ? Severity.High : window is not null ? Severity.Info : used ? null : Severity.Low,
            Confidence = seen.Service is not null ? 0.98 : 0.85,
            Arguments = [protocol, at, view.OriginatorAddress.ToString()],
            Facts =
            [
                new Fact("protocol", protocol, protocol == "FTP" ? "SFTP or FTPS" : "SSH"),
                new Fact("port", at),
                new Fact("bytes-to-server", FlowFacts.Number(seen.OriginatorBytes)),
                .. window is null ? (IEnumerable<Fact>)[] : [new Fact("maintenance-window", window)],
            ],
            ReachedFrom = from,
            Evidence = seen.Evidence(),
        });
    }

    private static string? Protocol(FlowRecord flow)
    {
        if (flow.Speaks("telnet")) return "Telnet";
        if (flow.Speaks("ftp")) return "FTP";
        if (flow.Service is not null || !flow.IsAnswered()) return null;
        return flow.View.ResponderPort switch { 23 => "Telnet", 21 => "FTP", _ => null };
    }
}
