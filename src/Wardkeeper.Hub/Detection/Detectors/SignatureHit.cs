using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A rule of the site's rule set matched traffic of one of its machines. The machine is the one that what matched was sent to, or its sender when the other
/// end is not of the site. How bad it is follows the priority of the rule or of its class: 1 is high, 2 medium, what is less is low. One
/// finding for each machine and rule, and one for all that go beyond fifty rules. Silent on declared scanners, which send what rules look for on purpose.
/// </summary>
internal sealed class SignatureHit : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, MostOfOne = 50;
    private static readonly FindingType Type = new("signature-alert", Severity.Medium, Duty.InformationDepartment, "T1071");
    private readonly RecentState<Address, Seen> seenBy = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("signature-hit", Type) { Logs = ["alerts"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Number("signature_id"u8) is not { } sid) return;
        bool toServer = seen.Text("direction"u8) == "to_server";
        (Subject from, Subject to) = toServer ? (flow.Client, flow.Server) : (flow.Server, flow.Client);
        if (known.Site.IsScanner(from.Ip) || known.Site.IsScanner(to.Ip)) return;
        (Subject who, Subject other) = known.Local.Contains(to.Ip) ? (to, from) : (from, to);
        if (!known.Local.Contains(who.Ip)) return;
        Seen all = seenBy.Of(who.Ip);
        bool isMany = !all.Rules.Contains(sid) && all.Rules.Count >= MostOfOne;
        if (!isMany) all.Rules.Add(sid);
        string number = FlowFacts.Number(sid), message = seen.Text("msg"u8) is { Length: > 0 } said ? said : number;
        long priority = seen.Number("priority"u8) ?? 3;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(who),
            Discriminator = isMany ? "many" : number,
            Severity = priority <= 1 ? Severity.High : priority == 2 ? null : Severity.Low,
            Confidence = flow.Carrier == Carrier.Tcp ? 0.7 : 0.5,
            Arguments = [message, number, other.Ip.ToString()],
            Facts =
            [
                new Fact("signature", number),
                new Fact("signature-says", message),
                new Fact("signature-class", seen.Text("classtype"u8) ?? "-"),
                new Fact("signature-reference", string.Join(", ", seen.Texts("references"u8)) is { Length: > 0 } references ? references : "-"),
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
                new Fact("latest-peer", other.Ip.ToString()),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, seen.Number("packet"u8) ?? 0, "alerts"),
        });
    }

    /// <summary>Rules that matched a machine's traffic.</summary>
    internal sealed class Seen
    {
        public HashSet<long> Rules { get; set; } = [];
    }
}
