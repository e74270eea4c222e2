using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Files that are offered beyond their zone: Windows shares, NFS, AFP, FTP, rsync. Known by protocol where it is parsed, else by port when the
/// connection was taken. Silent inside one zone (one network where the site names none), on servers that the site declares for file transfer
/// unless they are reached from outside, and on declared scanners; told only, inside an announced maintenance window.
/// </summary>
internal sealed class FileShareOffered : IDetector, IDetector<FlowRecord>
{
    private static readonly FindingType Type = new("file-share-offered", Severity.Low, Duty.InformationDepartment, "T1021.002", IsExposure: true);
    private static readonly PortTable Table = new("file-share-ports.tsv");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("file-share-offered", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!known.Local.Contains(view.ResponderAddress) || Table.Offered(seen) is not { } offer || known.Site.IsScanner(view.OriginatorAddress)) return;
        string zone = known.ZoneOf(view.ResponderAddress), from = known.ZoneOf(view.OriginatorAddress);
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress);
        if (zone == from || (!fromOutside && known.Site.IsServer(view.ResponderAddress, "file-transfer"))) return;
        string at = FlowFacts.Port(Carrier.Tcp, view.ResponderPort);
        string? window = known.Site.WindowOf(view.ResponderAddress, view.Began)?.Name;
        Party subject = known.Party(view.Responder, view.ResponderPort);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = subject,
            Discriminator = at,
            Severity = fromOutside ? Severity.High : window is not null ? Severity.Info : subject.Device?.IsMedical == true ? Severity.Medium : null,
            Confidence = offer.Confidence,
            Arguments = [offer.Product, at, from, zone],
            Facts =
            [
                new Fact("port", at, "reachable inside " + zone),
                new Fact("product", offer.Product),
                new Fact("known-by", offer.KnownBy),
                new Fact("latest-client", view.OriginatorAddress.ToString()),
                .. window is null ? (IEnumerable<Fact>)[] : [new Fact("maintenance-window", window)],
            ],
            ReachedFrom = from,
            Evidence = seen.Evidence(),
        });
    }
}
