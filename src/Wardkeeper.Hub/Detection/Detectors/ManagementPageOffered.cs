using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A web page by which a machine is managed, offered without encryption: it asks for a password (authentication realm), or its title
/// or its web server says so. Silent on servers that the site declares for the web, and on what only declared scanners asked for.
/// </summary>
internal sealed class ManagementPageOffered : IDetector, IDetector<Observation>
{
    private static readonly FindingType Type = new("management-page-offered", Severity.Low, Duty.ClinicalEngineering, "T1078.001", IsExposure: true);
    private static readonly (string Kind, string Text)[] Habits = [.. HubTable.Rows("management-pages.tsv").Select(cells => (cells[0], cells[1]))];

    /// <summary>The answer that what follows in the same packet speaks of: a claim does not name a port.</summary>
    private ServiceSighting? answer;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("management-page-offered", Type);

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is ServiceSighting { Service: "http" } sighting)
        {
            answer = sighting;
            return;
        }
        if (seen is not Claim { Protocol: "http" } claim || answer is not { } page || page.Uid != claim.Uid || page.Packet != claim.Packet || page.Subject != claim.Subject) return;
        if (Sign(claim) is not { } sign || !known.Local.Contains(page.Subject.Ip)) return;
        if (known.Site.IsScanner(page.Client.Ip)) return;
        bool fromOutside = !known.Local.Contains(page.Client.Ip);
        if (!fromOutside && known.Site.IsServer(page.Subject.Ip, "web")) return;
        string at = FlowFacts.Port(Carrier.Tcp, page.Port), from = known.NetworkOf(page.Client.Ip);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(page.Subject, page.Port),
            Discriminator = at,
            Severity = fromOutside ? Severity.High : null,
            Confidence = sign == "page-realm" ? 0.9 : 0.75,
            Arguments = [at, claim.Value, Knowledge.Said(from)],
            Facts =
            [
                new Fact("port", at, "reachable by those who manage it"),
                new Fact(sign, claim.Value),
                new Fact("latest-client", page.Client.Ip.ToString()),
            ],
            ReachedFrom = from,
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet, "http"),
        });
    }

    private static string? Sign(Claim claim) => claim switch
    {
        { Kind: ClaimKind.Description, Origin: "authentication realm" } => "page-realm",
        { Kind: ClaimKind.Description, Origin: "html title" } when Tells("title", claim.Value) => "page-title",
        { Kind: ClaimKind.Software, Origin: "Server" } when Tells("server", claim.Value) => "page-server",
        _ => null,
    };

    private static bool Tells(string kind, string text)
    {
        foreach ((string of, string habit) in Habits)
        {
            if (of == kind && text.Contains(habit, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
