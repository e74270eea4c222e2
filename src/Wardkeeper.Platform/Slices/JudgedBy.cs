using System.Reflection;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using RuleReader = Wardkeeper.Sensor.Signatures.Rules.RuleReader;

namespace Wardkeeper.Platform.Slices;

/// <summary>What a finding was judged by when it was raised, as far as that can change: kept beside its packets, so that it can be judged by the same again.</summary>
/// <param name="Build">Which program: its version, and what tells its build from others.</param>
/// <param name="Local">Networks of the site.</param>
/// <param name="Parameters">Constants of the detector.</param>
internal sealed record JudgedBy(string Build, IReadOnlyList<string> Local, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The program that runs.</summary>
    public static string ThisBuild { get; } = $"{typeof(JudgedBy).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion} {typeof(DetectorRegistry).Module.ModuleVersionId:N} {typeof(RuleSet).Module.ModuleVersionId:N}";

    /// <summary>The site's description; null when there was none.</summary>
    public string? Site { get; init; }

    /// <summary>The rule that matched, behind those whose notes it waits for; empty where no rule did.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The indicator that was seen; null where none was.</summary>
    public Indicator? Indicator { get; init; }

    /// <summary>What a finding is judged by now.</summary>
    public static JudgedBy Now(Finding finding, in Knowledge known, RuleSet? rules) => new(ThisBuild, known.Local.ToString().Split(", "), DetectorParameters.Of(finding.Type))
    {
        Site = known.Site.Text,
        Rules = finding.Type == "signature-alert" && long.TryParse(finding.Title.Arguments[1], out long sid) ? rules?.TextsOf(sid) ?? [] : [],
        Indicator = finding.Type == "indicator-hit" ? Listed(finding.Title.Arguments[1], finding.Last, known.Indicators) : null,
    };

    /// <summary>The same knowledge as then, of the ledger what is known now.</summary>
    public Knowledge Then(in Knowledge known) => known with
    {
        Site = Site is null ? Hub.Sites.Site.Unknown : SiteFile.Read(Site, "then", out _),
        Local = LocalNetworks.Of(Local),
        Indicators = Indicator is null ? IndicatorSet.None : IndicatorSet.Of([Indicator]),
    };

    /// <summary>The rules of then, and those of them that this program refuses.</summary>
    public RuleSet? ReadRules()
    {
        if (Rules.Count == 0) return null;
        RuleReader reader = RuleSources.Reader(LocalNetworks.Of(Local));
        reader.ReadText(string.Join('\n', Rules), "then");
        return reader.Finish();
    }

    private static Indicator? Listed(string value, CaptureTime at, IndicatorSet all)
    {
        foreach (IndicatorKind kind in Enum.GetValues<IndicatorKind>())
        {
            IndicatorHit? hit = kind != IndicatorKind.Address ? all.Find(kind, value, at) : IndicatorValue.TryNetwork(value, out Address address, out _) ? all.Find(address, at) : null;
            if (hit is not null) return new Indicator(kind, hit.Matched ?? value) { Source = hit.Source, Says = hit.Says, Confidence = hit.Confidence, From = hit.From, Until = hit.Until };
        }
        return null;
    }
}
