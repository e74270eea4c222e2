using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
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
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings) => OfferBeyondZone.Tell(Type, Table, "terminal", seen, in known, findings);

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
            ReachedFrom = Site.Outside,
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet),
        });
    }
}
