using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A screen that can be taken over from beyond its zone: Remote Desktop, VNC, X11, Radmin, TeamViewer on the machine's own port. And a machine
/// that talks to the relays of such a tool: it can be reached from anywhere, whatever zones say. Silent inside one zone (one network where the
/// site names none), on servers that the site declares for terminals unless they are reached from outside, and on declared scanners; told only,
/// inside an announced maintenance window.
/// </summary>
internal sealed class RemoteDesktopOffered : IDetector, IDetector<FlowRecord>, IDetector<Observation>
{
    private static readonly FindingType Type = new("remote-desktop-offered", Severity.Medium, Duty.InformationDepartment, "T1021.001", IsExposure: true);
    private static readonly FindingType Tool = new("remote-tool-used", Severity.Medium, Duty.InformationDepartment, "T1219", IsExposure: true);
    private static readonly PortTable Table = new("remote-desktop-ports.tsv");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("remote-desktop-offered", Type, Tool);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!known.Local.Contains(view.ResponderAddress) || Table.Offered(seen) is not { } offer || known.Site.IsScanner(view.OriginatorAddress)) return;
        string zone = known.ZoneOf(view.ResponderAddress), from = known.ZoneOf(view.OriginatorAddress);
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress);
        if (zone == from || (!fromOutside && known.Site.IsServer(view.ResponderAddress, "terminal"))) return;
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

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.RemoteAccess } claim || !known.Local.Contains(claim.Subject.Ip)) return;
        string? window = known.Site.WindowOf(claim.Subject.Ip, claim.At)?.Name;
        Party subject = known.Party(claim.Subject);
        findings.Raise(new Sighting
        {
            Type = Tool,
            Subject = subject,
            Discriminator = claim.Value,
            Severity = window is not null ? Severity.Info : subject.Device?.IsMedical == true ? Severity.High : null,
            Confidence = 0.9,
            Arguments = [claim.Value],
            Facts = [new Fact("product", claim.Value), new Fact("known-by", $"{claim.Protocol}, {claim.Origin}"), .. window is null ? (IEnumerable<Fact>)[] : [new Fact("maintenance-window", window)]],
            ReachedFrom = "outside",
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet),
        });
    }
}
