using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Something that a source of intelligence lists was seen: an address that was spoken with, a name that was asked for or named in TLS or HTTP, a page, a file by its SHA-256, a
/// certificate, a client's fingerprint. How bad and how sure it is follows the source's own confidence; entries of addresses older than a year weigh half, since addresses change
/// hands; fingerprints are shared by honest programs and never weigh more than low; an address outside that got no answer is told low. Silent on what the source let
/// expire before the moment of the capture, and on addresses of the site itself. One finding for each machine and indicator, and one for all that go beyond fifty.
/// </summary>
internal sealed class IndicatorSeen : IDetector, IDetector<FlowRecord>, IDetector<TransactionRow>
{
    private const int Kept = 8192, MostOfOne = 50;
    private const double UnsaidConfidence = 0.6, Strong = 0.75, Fair = 0.4;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly FindingType Type = new("indicator-hit", Severity.Medium, Duty.InformationDepartment, "T1071");
    private readonly RecentState<Address, Seen> seenBy = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("indicator-seen", Type) { Logs = ["dns", "ssl", "http", "files"] };

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Indicators.Count == 0 || seen.IsInterim) return;
        FlowView view = seen.View;
        bool isAnswered = seen.ResponderPackets > 0 && seen.OriginatorPackets > 0 && seen.ConnState is not ("REJ" or "S0");
        if (Address(view.ResponderAddress, seen.End(), known) is { } to) Report(to, view.Originator, view.Responder, isAnswered, seen.Evidence(), known, findings);
        if (Address(view.OriginatorAddress, seen.End(), known) is { } from) Report(from, view.Responder, view.Originator, isAnswered, seen.Evidence(), known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (known.Indicators.Count == 0 || seen.Flow is not { } flow) return;
        foreach (Match match in Matches(seen, known))
        {
            Report(match, flow.Client, flow.Server, true, new Evidence(seen.At, flow.Uid, 0, seen.Log), known, findings);
        }
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
                break;
        }
    }

    private static Match? Address(Address address, CaptureTime at, in Knowledge known) =>
        !known.Local.Contains(address) && known.Indicators.Find(address, at) is { } hit ? new Match(IndicatorKind.Address, address.ToString(), hit, at) : null;

    private static Match? Value(IndicatorKind kind, string? text, CaptureTime at, in Knowledge known) =>
        text is { Length: > 0 } && IndicatorValue.Read(kind, text) is { } value && known.Indicators.Find(kind, value, at) is { } hit ? new Match(kind, value, hit, at) : null;

    private void Report(Match match, Subject subject, Subject other, bool isAnswered, Evidence evidence, in Knowledge known, IFindingSink findings)
    {
        if (!known.Local.Contains(subject.Ip)) return;
        IndicatorHit hit = match.Hit;
        Seen all = seenBy.Of(subject.Ip);
        bool isMany = !all.Values.Contains(match.Value) && all.Values.Count >= MostOfOne;
        if (!isMany) all.Values.Add(match.Value);
        TimeSpan? age = hit.From is { } from && match.At > from ? match.At.Since(from) : null;
        double confidence = (hit.Confidence is { } said ? said / 100.0 : UnsaidConfidence) * (match.Kind == IndicatorKind.Address && age > Year ? 0.5 : 1);
        bool isWeak = match.Kind is IndicatorKind.Ja3 or IndicatorKind.Ja4 || !isAnswered;
        findings.Raise(new Sighting
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
        });
    }

    private static string Word(IndicatorKind kind, IndicatorHit hit) => kind switch
    {
        IndicatorKind.Address => hit.IsNetwork ? "network" : "address",
        IndicatorKind.FileHash => "file",
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
