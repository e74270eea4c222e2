using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A database that takes connections from beyond its zone. It is known by its protocol where that is parsed, else by its port when a
/// connection to it was taken; a port that another protocol was recognised on, or that was opened for a transfer, does not count.
/// Silent inside one zone that the site names, on servers that the site declares as databases, unless they are reached from outside, and on
/// connections of declared scanners. Where the site names no zones, every connection counts.
/// </summary>
internal sealed class DatabaseOffered : IDetector, IDetector<FlowRecord>
{
    private static readonly FindingType Type = new("database-offered", Severity.Medium, Duty.InformationDepartment, "T1210", IsExposure: true);

    private static readonly PortTable Table = new("database-ports.tsv");

    /// <summary>The product that usually listens on a port; null when that is no database's.</summary>
    public static string? ProductOf(ushort port) => Table.ProductOf(port);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("database-offered", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!known.Local.Contains(view.ResponderAddress) || Table.Offered(seen) is not { } offer || known.Site.IsScanner(view.OriginatorAddress)) return;
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress);
        if (!fromOutside && known.Site.IsServer(view.ResponderAddress, "database")) return;
        string? zone = known.Site.ZoneOf(view.ResponderAddress);
        if (zone is not null && zone == known.Site.ZoneOf(view.OriginatorAddress)) return;
        string at = FlowFacts.Port(Carrier.Tcp, view.ResponderPort), from = known.ZoneOf(view.OriginatorAddress);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(view.Responder, view.ResponderPort),
            Discriminator = at,
            Severity = fromOutside ? Severity.High : null,
            Confidence = offer.Confidence,
            Arguments = [offer.Product, at, Knowledge.Said(from)],
            Facts =
            [
                new Fact("port", at, zone is null ? "not reachable from other networks" : "reachable inside " + zone),
                new Fact("product", offer.Product),
                new Fact("known-by", offer.KnownBy),
                new Fact("latest-client", view.OriginatorAddress.ToString()),
            ],
            ReachedFrom = from,
            Evidence = seen.Evidence(),
        });
    }
}
