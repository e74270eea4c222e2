using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A service that the border makes reachable from outside, by the table that was imported; worse when it is a database, a way to
/// administer, or a medical device. Silent on what the table does not say, whatever the traffic: a service that is in the table no
/// more ends its finding.
/// </summary>
internal sealed class PublishedOutside : IDetector, IDetector<LedgerReview>
{
    private static readonly FindingType Type = new("service-published-outside", Severity.Medium, Duty.InformationDepartment, "T1133", IsExposure: true);

    private static readonly FrozenDictionary<ushort, string> Management = HubTable.Rows("management-ports.tsv").ToFrozenDictionary(cells => ushort.Parse(cells[0], CultureInfo.InvariantCulture), cells => cells[1]);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("published-outside", Type) { NeedsPublishing = true };

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        PublishedServices published = known.Published;
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (PublishedService service in published.All)
        {
            Sighting sighting = Sighted(service, seen.At > published.Since ? seen.At : published.Since, known);
            // The same service under two rules is one exposure.
            if (keys.Add(sighting.Key)) findings.Raise(sighting);
        }
        findings.Only(Type, keys, published.Since);
    }

    private static Sighting Sighted(PublishedService service, CaptureTime at, in Knowledge known)
    {
        Party subject = known.Party(Subject.Of(default, service.Inside), service.InsideFirst == service.InsideLast ? (ushort)service.InsideFirst : (ushort)0);
        string? risky = Risky(service);
        string rule = service.Name ?? "-", inside = service.InsideText, outside = service.OutsideText;
        return new Sighting
        {
            Type = Type,
            Subject = subject,
            Discriminator = $"{outside}>{inside}/{service.CarrierText}",
            Severity = risky is not null || subject.Device?.IsMedical == true ? Severity.High : null,
            Confidence = subject.Device is null ? 0.7 : 0.95,
            Arguments = [subject.Device?.Name ?? service.Inside.ToString(), outside, inside, rule],
            Facts =
            [
                new Fact("published-as", $"{outside} {service.CarrierText}", "not reachable from outside"),
                new Fact("published-to", inside),
                new Fact("rule", rule),
                new Fact("table-row", FlowFacts.Number(service.Row)),
                .. risky is null ? (Fact[])[] : [new Fact("service-behind", risky)],
            ],
            ReachedFrom = Site.Outside,
            Evidence = new Evidence(at),
        };
    }

    /// <summary>A database or a way to administer that lies in the range of ports; null when neither does.</summary>
    private static string? Risky(PublishedService service)
    {
        for (int port = service.InsideFirst; port <= service.InsideLast; port++)
        {
            if ((DatabaseOffered.ProductOf((ushort)port) ?? Management.GetValueOrDefault((ushort)port)) is { } product) return $"{product} ({FlowFacts.Number(port)})";
        }
        return null;
    }
}
