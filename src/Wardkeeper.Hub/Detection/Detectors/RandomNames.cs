using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A machine that looks for its master under names that dice made: within ten minutes it asks for many registered domains that do not exist, and most of them look random.
/// Silent on names of one label (browsers probe their network with those), on names below one domain (a search list that is appended), on mistyped
/// names that read like words, and on resolvers, which ask for others.
/// </summary>
internal sealed class RandomNames : IDetector, IDetector<TransactionRow>
{
    // People mistype a handful in a day; malicious software tries hundreds until one answers.
    private const int Kept = 8192, ZonesKept = 512, Fewest = 15;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly FindingType Type = new("random-names", Severity.Medium, Duty.InformationDepartment, "T1568.002");
    private readonly RecentState<Address, Failed> failed = new(Kept);
    private readonly RecentState<Address, DnsTunnel.Resolver> resolvers = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("random-names", Type) { Logs = ["dns"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || flow.ServerPort is 5353 or 5355 or 137) return;
        resolvers.Of(flow.Server.Ip).IsOne = true;
        if (!known.Local.Contains(flow.Client.Ip) || resolvers.Find(flow.Client.Ip) is { IsOne: true } || known.Site.IsServer(flow.Client.Ip, "dns")) return;
        if (seen.Text("rcode_name"u8) != "NXDOMAIN" || seen.Text("query"u8) is not { } query || DomainNames.ZoneOf(query) is not { } zone) return;
        Failed all = failed.Of(flow.Client.Ip);
        if (seen.At.Since(all.Began) > Window) (all.Began, all.Zones, all.Random) = (seen.At, [], 0);
        if (all.Zones.Count >= ZonesKept || !all.Zones.Add(zone)) return;
        if (DomainNames.IsRandom(zone.AsSpan(0, zone.IndexOf('.')))) all.Random++;
        if (all.Random < Fewest || all.Random * 10 < all.Zones.Count * 7) return;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(flow.Client),
            Severity = all.Random >= 4 * Fewest ? Severity.High : null,
            Confidence = 0.8,
            Arguments = [flow.Client.Ip.ToString(), FlowFacts.Number(all.Random), zone],
            Facts =
            [
                new Fact("random-names", FlowFacts.Number(all.Random)),
                new Fact("names-that-do-not-exist", FlowFacts.Number(all.Zones.Count)),
                new Fact("examples", string.Join(", ", all.Zones.Order(StringComparer.Ordinal).Take(5))),
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "dns"),
        });
    }

    internal sealed class Failed
    {
        public CaptureTime Began { get; set; }

        public HashSet<string> Zones { get; set; } = [];

        public int Random { get; set; }
    }
}
