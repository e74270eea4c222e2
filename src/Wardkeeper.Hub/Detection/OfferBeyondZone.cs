using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// Tells of an offer that is reached from beyond its zone. Silent inside one zone (one network where the site names none), on servers
/// that the site declares for it unless they are reached from outside, and on declared scanners; told only, inside an announced
/// maintenance window.
/// </summary>
internal static class OfferBeyondZone
{
    /// <summary>Raises a finding where a flow took such an offer.</summary>
    /// <param name="type">The finding's type.</param>
    /// <param name="table">What counts as an offer.</param>
    /// <param name="declaredAs">Kind of server that the site may declare.</param>
    /// <param name="seen">The flow.</param>
    /// <param name="known">What is known of the hospital.</param>
    /// <param name="findings">Where findings go.</param>
    public static void Tell(FindingType type, PortTable table, string declaredAs, FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!known.Local.Contains(view.ResponderAddress) || table.Offered(seen) is not { } offer || known.Site.IsScanner(view.OriginatorAddress)) return;
        string zone = known.ZoneOf(view.ResponderAddress), from = known.ZoneOf(view.OriginatorAddress);
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress);
        if (zone == from || (!fromOutside && known.Site.IsServer(view.ResponderAddress, declaredAs))) return;
        string at = FlowFacts.Port(Carrier.Tcp, view.ResponderPort);
        string? window = known.Site.WindowOf(view.ResponderAddress, view.Began)?.Name;
        Party subject = known.Party(view.Responder, view.ResponderPort);
        findings.Raise(new Sighting
        {
            Type = type,
            Subject = subject,
            Discriminator = at,
            Severity = fromOutside ? Severity.High : window is not null ? Severity.Info : subject.Device?.IsMedical == true ? Severity.Medium : null,
            Confidence = offer.Confidence,
            Arguments = [offer.Product, at, Knowledge.Said(from), zone],
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
