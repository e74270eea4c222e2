using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A machine that announces itself as IPv6 router where it is none, so that the traffic of a network goes through it: in a network in which, for an hour of
/// capture, another router or none announced itself; or one that hands out other prefixes or name servers than the network's own router. And announcements that take the
/// network's router away (a lifetime of 0 in its name, sent by another card), or that come from twenty routers within a minute. Silent on the routers that a network had
/// from the beginning, on a second router with the same prefixes and name servers, and on known routers.
/// </summary>
internal sealed class ForeignRouter : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, RoutersKept = 32, FloodFrom = 20;
    private static readonly TimeSpan Learning = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);
    private static readonly FindingType Foreign = new("foreign-router", Severity.Medium, Duty.InformationDepartment, "T1557");
    private static readonly FindingType Flood = new("router-announcement-flood", Severity.High, Duty.InformationDepartment, "T1498");
    private static readonly HashSet<string> Infrastructure = ["router", "switch", "firewall", "gateway"];
    private readonly RecentState<ushort, Network> networks = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("foreign-router", Foreign, Flood) { Logs = ["nd"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow) return;
        Network network = networks.Of(flow.Vlan);
        if (network.Began is null) network.Began = seen.At;
        if (seen.Text("op"u8) != "router-advertisement" || flow.OriginatorMac.IsNone) return;
        string card = flow.OriginatorMac.ToString();
        Floods(network, card, seen, flow, known, findings);
        string said = string.Join(", ", seen.Texts("prefixes"u8).Concat(seen.Texts("dns_servers"u8)).Order(StringComparer.Ordinal));
        bool isLeaving = seen.Number("router_lifetime"u8) == 0;
        if (isLeaving && seen.Flag("source_mismatch"u8) == true && network.Routers.Count > 0 && !network.Routers.ContainsKey(card)) Raise(seen, flow, "takes the router away", said, network, Severity.High, 0.85, known, findings);
        if (isLeaving || network.Routers.ContainsKey(card)) return;
        bool isLearnt = seen.At.Since(network.Began.Value) >= Learning, isOther = network.Routers.Count > 0 && !network.Routers.ContainsValue(said);
        bool isKnown = known.Devices.Of(flow.Originator) is { Type: { } type } && Infrastructure.Contains(type);
        if (network.Routers.Count < RoutersKept) network.Routers[card] = said;
        if (isKnown || !isLearnt || (network.Routers.Count > 1 && !isOther)) return;
        Raise(seen, flow, isOther ? "other prefixes or name servers" : "first router of this network", said, network, isOther ? Severity.High : null, isOther ? 0.8 : 0.65, known, findings);
    }

    private static void Floods(Network network, string card, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (seen.At.Since(network.MinuteBegan).Duration() > Minute)
        {
            network.MinuteBegan = seen.At;
            network.InMinute.Clear();
        }
        // Whoever floods makes up sources: the network is the finding's subject, not they.
        if (network.InMinute.Count >= FloodFrom || !network.InMinute.Add(card + flow.OriginatorAddress) || network.InMinute.Count < FloodFrom) return;
        findings.Raise(new Sighting
        {
            Type = Flood,
            Subject = known.Party(default),
            Discriminator = FlowFacts.Number(flow.Vlan),
            Confidence = 0.9,
            Arguments = [FlowFacts.Number(flow.Vlan), FlowFacts.Number(FloodFrom)],
            Facts = [new Fact("routers", FlowFacts.Number(FloodFrom), "one or two"), new Fact("vlan", FlowFacts.Number(flow.Vlan)), new Fact("source-proof", "single packets")],
            Evidence = seen.Evidence(),
        });
    }

    private static void Raise(TransactionRow seen, FlowView flow, string way, string said, Network network, Severity? severity, double confidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Foreign,
        Subject = known.Party(flow.Originator),
        Severity = severity,
        Confidence = confidence,
        Arguments = [flow.OriginatorAddress.ToString(), flow.OriginatorMac.ToString(), way],
        Facts =
        [
            new Fact("way", way),
            new Fact("hardware-address", flow.OriginatorMac.ToString(), network.Routers.Keys.FirstOrDefault(one => one != flow.OriginatorMac.ToString()) ?? "none"),
            new Fact("hands-out", said.Length == 0 ? "nothing" : said, network.Routers.FirstOrDefault(one => one.Key != flow.OriginatorMac.ToString()).Value is { Length: > 0 } own ? own : null),
            new Fact("source-proof", "single packets"),
        ],
        Evidence = seen.Evidence(),
    });

    private sealed class Network
    {
        public CaptureTime? Began { get; set; }

        public Dictionary<string, string> Routers { get; set; } = new(StringComparer.Ordinal);

        public CaptureTime MinuteBegan { get; set; }

        public HashSet<string> InMinute { get; set; } = new(StringComparer.Ordinal);
    }
}
