using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Something that a source of intelligence lists was seen: an address that was spoken with, a name that was asked for or named in TLS or HTTP, a page, a file by its SHA-256, a
/// certificate, a client's fingerprint. How bad and how sure it is follows the source's own confidence; entries of addresses older than a year weigh half, since addresses change
/// hands; fingerprints are shared by honest programs and never weigh more than low; an address outside that got no answer is told low. Silent on what the source let
/// expire before the moment of the capture, and on addresses of the site itself. One finding for each machine and indicator, and one for all that go beyond fifty. What was stored before an
/// indicator came is compared with it when it comes; a hit of then is a finding of its own type, with the first and the last sight as evidence.
/// </summary>
internal sealed class IndicatorSeen : IDetector, IDetector<FlowRecord>, IDetector<TransactionRow>, IDetector<PastTraffic>
{
    private const int Kept = 8192, MostOfOne = 50;
    private const double UnsaidConfidence = 0.6, Strong = 0.75, Fair = 0.4;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly FindingType Type = new("indicator-hit", Severity.Medium, Duty.InformationDepartment, "T1071");
    private static readonly FindingType Past = new("indicator-past", Severity.Medium, Duty.InformationDepartment, "T1071");
    private readonly RecentState<Address, Seen> seenBy = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("indicator-seen", Type, Past) { Logs = ["dns", "ssl", "http", "files"] };

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Indicators.Count == 0) return;
        bool isAnswered = seen.ResponderPackets > 0 && seen.OriginatorPackets > 0 && seen.ConnState is not ("REJ" or "S0");
        foreach ((Match match, Subject subject, Subject other) in Matches(seen.View, seen.End(), known))
        {
            if (Of(match, subject, other, isAnswered, seen.Evidence(), known) is { } sighting) findings.Raise(sighting);
        }
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Indicators.Count == 0 || seen.Flow is not { } flow) return;
        foreach (Match match in Matches(seen, known))
        {
            if (Of(match, flow.Client, flow.Server, true, new Evidence(seen.At, flow.Uid, 0, seen.Log), known) is { } sighting) findings.Raise(sighting);
        }
    }

    /// <inheritdoc/>
    public void Inspect(PastTraffic seen, in Knowledge known, IFindingSink findings)
    {
        foreach ((Match match, Subject subject, Subject other) in Matches(seen, known))
        {
            if (Of(match, subject, other, seen.IsAnswered, new Evidence(seen.First, seen.View.Uid, 0, seen.Log), known) is not { } hit) continue;
            Sighting then = hit with
            {
                Type = Past,
                Facts =
                [
                    .. hit.Facts,
                    new Fact("indicator-known-since", FlowFacts.Time(match.Hit.From)),
                    new Fact("seen-first", FlowFacts.Time(seen.First)),
                    new Fact("seen-last", FlowFacts.Time(seen.Last)),
                    new Fact("seen-times", FlowFacts.Number(seen.Times)),
                ],
            };
            findings.Raise(then with { Times = Math.Max(1, seen.Times - 1) });
            if (seen.Times > 1) findings.Raise(then with { Evidence = new Evidence(seen.Last, seen.LastUid, 0, seen.Log) });
        }
    }

    /// <summary>Whether stored traffic of a machine of the site shows an indicator; may be asked by any thread.</summary>
    public static bool IsListed(PastTraffic seen, in Knowledge known)
    {
        foreach ((_, Subject subject, _) in Matches(seen, known))
        {
            if (known.Local.Contains(subject.Ip)) return true;
        }
        return false;
    }

    private static IEnumerable<(Match Match, Subject Subject, Subject Other)> Matches(PastTraffic seen, Knowledge known) =>
        seen.Said is { } said ? Matches(said, known).Select(match => (match, seen.View.Client, seen.View.Server)) : Matches(seen.View, seen.First, known);

    private static IEnumerable<(Match Match, Subject Subject, Subject Other)> Matches(FlowView view, CaptureTime at, Knowledge known)
    {
        if (Address(view.ResponderAddress, at, known) is { } to) yield return (to, view.Originator, view.Responder);
        if (Address(view.OriginatorAddress, at, known) is { } from) yield return (from, view.Responder, view.Originator);
    }

    private static IEnumerable<Match> Matches(TransactionRow seen, Knowledge known)
    {
        switch (seen.Log)
        {
            case "dns":
                if (Value(IndicatorKind.Domain, seen.Text("query"u8), seen.At, known) is { } asked) yield return asked;
                foreach (string answer in seen.Texts("answers"u8))
                {
                    if (Sensor.Observations.Address.TryParse(answer, out Address address) && Address(address, seen.At, known) is { } answered) yield return answered;
                }
                break;
            case "ssl":
                if (Value(IndicatorKind.Domain, seen.Text("server_name"u8), seen.At, known) is { } named) yield return named;
                if (Value(IndicatorKind.Ja3, seen.Text("ja3"u8), seen.At, known) is { } ja3) yield return ja3;
                if (Value(IndicatorKind.Ja4, seen.Text("ja4"u8), seen.At, known) is { } ja4) yield return ja4;
                foreach (string print in seen.Texts("cert_chain_fps"u8))
                {
                    if (Value(IndicatorKind.Certificate, print, seen.At, known) is { } shown) yield return shown;
                }
                break;
            case "http":
                string? host = seen.Text("host"u8);
                if (Value(IndicatorKind.Domain, host?.Split(':')[0], seen.At, known) is { } site) yield return site;
                string page = $"http://{host}{seen.Text("uri"u8)}";
                if (host is not null && (Value(IndicatorKind.Url, page, seen.At, known) ?? Value(IndicatorKind.Url, page.Split('?')[0], seen.At, known)) is { } url) yield return url;
                break;
            default:
                if (Value(IndicatorKind.FileHash, seen.Text("sha256"u8), seen.At, known) is { } file) yield return file;
                if (Value(IndicatorKind.FileMd5, seen.Text("md5"u8), seen.At, known) is { } md5) yield return md5;
                if (Value(IndicatorKind.FileSha1, seen.Text("sha1"u8), seen.At, known) is { } sha1) yield return sha1;
                break;
        }
    }

    private static Match? Address(Address address, CaptureTime at, in Knowledge known) =>
        !known.Local.Contains(address) && known.Indicators.Find(address, at) is { } hit ? new Match(IndicatorKind.Address, address.ToString(), hit, at) : null;

    private static Match? Value(IndicatorKind kind, string? text, CaptureTime at, in Knowledge known) =>
        text is { Length: > 0 } && IndicatorValue.Read(kind, text) is { } value && known.Indicators.Find(kind, value, at) is { } hit ? new Match(kind, value, hit, at) : null;

    /// <summary>The sighting of a hit; null where the subject is no machine of the site.</summary>
    private Sighting? Of(Match match, Subject subject, Subject other, bool isAnswered, Evidence evidence, in Knowledge known)
    {
        if (!known.Local.Contains(subject.Ip)) return null;
        IndicatorHit hit = match.Hit;
        Seen all = seenBy.Of(subject.Ip);
        bool isMany = !all.Values.Contains(match.Value) && all.Values.Count >= MostOfOne;
        if (!isMany) all.Values.Add(match.Value);
        TimeSpan? age = hit.From is { } from ? match.At.Since(from) : null;
        double confidence = (hit.Confidence is { } said ? said / 100.0 : UnsaidConfidence) * (match.Kind == IndicatorKind.Address && age > Year ? 0.5 : 1);
        bool isWeak = match.Kind is IndicatorKind.Ja3 or IndicatorKind.Ja4 || !isAnswered;
        return new Sighting
        {
            Type = Type,
            Subject = known.Party(subject),
            Discriminator = isMany ? "many" : match.Value,
            Severity = isWeak || confidence < Fair ? Severity.Low : confidence >= Strong ? Severity.High : null,
            Confidence = Math.Clamp(confidence, 0.1, 0.99),
            Arguments = [subject.Ip.ToString(), match.Value, hit.Source],
            Facts =
            [
                new Fact("indicator", hit.Matched is { } below ? $"{match.Value} ({below})" : match.Value),
                new Fact("indicator-kind", Word(match.Kind, hit)),
                new Fact("indicator-source", hit.Source),
                new Fact("indicator-says", hit.Says.Length == 0 ? "-" : hit.Says),
                new Fact("indicator-age", age is { } days ? FlowFacts.Number((long)days.TotalDays) + " d" : "-"),
                new Fact("indicator-valid-until", hit.Until?.ToString() ?? "-"),
                new Fact("indicator-confidence", hit.Confidence is { } sure ? FlowFacts.Number(sure) : "-"),
                new Fact("latest-peer", other.Ip.ToString()),
            ],
            Evidence = evidence,
        };
    }

    private static string Word(IndicatorKind kind, IndicatorHit hit) => kind switch
    {
        IndicatorKind.Address => hit.IsNetwork ? "network" : "address",
        IndicatorKind.FileHash => "file",
        IndicatorKind.FileMd5 => "file (MD5)",
        IndicatorKind.FileSha1 => "file (SHA-1)",
        IndicatorKind.Ja3 => "JA3",
        IndicatorKind.Ja4 => "JA4",
        IndicatorKind.Url => "URL",
        IndicatorKind.Domain => "domain",
        _ => "certificate",
    };

    private sealed record Match(IndicatorKind Kind, string Value, IndicatorHit Hit, CaptureTime At);

    internal sealed class Seen
    {
        public HashSet<string> Values { get; set; } = [];
    }
}
