using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A machine that announces itself as IPv6 router where it is none, so that the traffic of a network goes through it: in a network in which, for an hour of capture,
/// another router or none announced itself; or one that hands out other prefixes or name servers than the network's own router, where an hour has passed or it left
/// somebody who asked for routers without an answer. And announcements that take the network's router away (a lifetime of 0 in its name, sent by another card), other
/// announcements in its name from another card while it speaks itself, or that come from twenty routers within a minute. Silent on the routers that a network had from
/// the beginning, on a second router with the same prefixes and name servers, and on routers that people know or that have been there for an hour.
/// </summary>
internal sealed class ForeignRouter : IDetector, IDetector<TransactionRow>, IDetector<Observation>
{
    private const int Kept = 4096, RoutersKept = 32, FloodFrom = 20;
    private static readonly TimeSpan Learning = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);

    // A router answers within half a second, and at most three seconds later when it has just spoken (RFC 4861, section 6.2.6).
    private static readonly TimeSpan Answered = TimeSpan.FromSeconds(10);
    private static readonly FindingType Foreign = new("foreign-router", Severity.Medium, Duty.InformationDepartment, "T1557");
    private static readonly FindingType Flood = new("router-announcement-flood", Severity.High, Duty.InformationDepartment, "T1498");
    private readonly RecentState<ushort, Network> networks = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("foreign-router", Foreign, Flood) { Logs = ["nd"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow) return;
        Network network = networks.Of(flow.Vlan);
        if (network.Began is null) network.Began = seen.At;
        if (seen.Text("op"u8) == "router-solicitation") network.Asked ??= seen.At;
        if (seen.Text("op"u8) != "router-advertisement" || flow.OriginatorMac.IsNone) return;
        string card = flow.OriginatorMac.ToString();
        Floods(network, card, seen, flow, known, findings);
        string said = string.Join(", ", seen.Texts("prefixes"u8).Concat(seen.Texts("dns_servers"u8)).Order(StringComparer.Ordinal));
        bool isLeaving = seen.Number("router_lifetime"u8) == 0;
        bool isInItsName = seen.Flag("source_mismatch"u8) == true || network.Addresses.Contains(flow.OriginatorAddress);
        if (isLeaving && isInItsName && network.Routers.Count > 0 && !network.Routers.ContainsKey(card)) Raise(flow.Originator, "takes the router away", said, network, Severity.High, 0.85, seen.Evidence(), known, findings);
        if (isLeaving) return;
        if (network.Routers.ContainsKey(card))
        {
            // A network gets other prefixes now and then.
            network.Routers[card] = said;
            return;
        }
        bool isLearnt = seen.At.Since(network.Began.Value) >= Learning || (network.Routers.Count > 0 && network.Asked is { } asked && seen.At.Since(asked) >= Answered), isOther = network.Routers.Count > 0 && !network.Routers.ContainsValue(said);
        // Whoever announces himself as router is one to the ledger: only one that was there before, or that people know, is believed.
        bool isKnown = known.Devices.Of(flow.Originator)?.IsBelievedToRoute(seen.At) == true;
        if (network.Routers.Count < RoutersKept)
        {
            network.Routers[card] = said;
            network.Addresses.Add(flow.OriginatorAddress);
        }
        if (isKnown || !isLearnt || (network.Routers.Count > 1 && !isOther)) return;
        Raise(flow.Originator, isOther ? "other prefixes or name servers" : "first router of this network", said, network, isOther ? Severity.High : null, isOther ? 0.8 : 0.65, seen.Evidence(), known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.Anomaly, Protocol: "nd" } claim || !claim.Value.Contains("another card", StringComparison.Ordinal)) return;
        Network network = networks.Of(claim.Subject.Vlan);
        Raise(claim.Subject, "speaks in the router's name", claim.Origin, network, Severity.High, 0.85, new Evidence(claim.At, claim.Uid, claim.Packet), known, findings);
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

    private static void Raise(Subject who, string way, string said, Network network, Severity? severity, double confidence, Evidence evidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Foreign,
        Subject = known.Party(who),
        Severity = severity,
        Confidence = confidence,
        Arguments = [who.Ip.ToString(), who.Mac.ToString(), way],
        Facts =
        [
            new Fact("way", way),
            new Fact("hardware-address", who.Mac.ToString(), network.Routers.Keys.FirstOrDefault(one => one != who.Mac.ToString()) ?? "none"),
            new Fact("hands-out", said.Length == 0 ? "nothing" : said, network.Routers.FirstOrDefault(one => one.Key != who.Mac.ToString()).Value is { Length: > 0 } own ? own : null),
            new Fact("source-proof", "single packets"),
        ],
        Evidence = evidence,
    });

    private sealed class Network
    {
        public CaptureTime? Began { get; set; }

        public Dictionary<string, string> Routers { get; set; } = new(StringComparer.Ordinal);

        public HashSet<Address> Addresses { get; set; } = [];

        public CaptureTime? Asked { get; set; }

        public CaptureTime MinuteBegan { get; set; }

        public HashSet<string> InMinute { get; set; } = new(StringComparer.Ordinal);
    }
}
