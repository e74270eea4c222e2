using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Makes the pages in <c>docs/detections</c> from what detectors say of themselves and the texts of their findings.</summary>
internal static partial class DetectionPages
{
    private static readonly Lazy<Dictionary<string, string>> Docs = new(() => XDocument.Load(Path.ChangeExtension(typeof(Detector).Assembly.Location, ".xml")).Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, member => Spaces().Replace(member.Element("summary")?.Value ?? "", " ").Trim()));

    /// <summary>File name and text of every page, the index among them.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        SortedDictionary<string, string> pages = new(StringComparer.Ordinal);
        foreach (Detector detector in DetectorRegistry.All) pages[detector.Info.Name + ".md"] = Page(detector);
        pages["README.md"] = Index();
        return pages;
    }

    /// <summary>What the sources say of a detector: when it fires, when it is silent.</summary>
    public static string Summary(Detector detector) => Docs.Value.GetValueOrDefault("T:" + detector.Make().GetType().FullName, "");

    private static string Index()
    {
        StringBuilder text = new("# Detections\n\nMade from the sources by `./test --accept`; do not edit.\n\nA detector reads what left the sensor, knows capture time only, and raises findings. Repeats count up: what is the same is said in each page.\n\n| detector | finding | severity | ATT&CK | who acts |\n|---|---|---|---|---|\n");
        foreach (Detector detector in DetectorRegistry.All.OrderBy(detector => detector.Info.Name, StringComparer.Ordinal))
        {
            foreach (FindingType type in detector.Info.Types)
                text.Append(CultureInfo.InvariantCulture, $"| [{detector.Info.Name}]({detector.Info.Name}.md) | `{type.Name}`: {FindingTexts.NameOfType(type.Name, false)} {FindingTexts.NameOfType(type.Name, true)} | {type.Severity.Word()} | {type.Technique ?? "-"} | {FindingTexts.Get("duty." + type.Duty.Word(), false)} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nA type may open {FindingBook.DailyBudget} new findings in a day of capture time; what is beyond is counted in one finding `{FindingBook.Flood.Name}`.\n");
        return text.ToString();
    }

    private static string Page(Detector detector)
    {
        StringBuilder text = new($"# {detector.Info.Name}\n\nMade from the sources by `./test --accept`; do not edit.\n\n{Summary(detector)}\n\n- reads: {string.Join("; ", detector.Inputs)}\n");
        if (detector.Info.NeedsRegister) text.Append("- cannot fire: ").Append(FindingTexts.Get("cannot-fire.no-register", false)).Append('\n');
        if (detector.Info.NeedsPublishing) text.Append("- cannot fire: ").Append(FindingTexts.Get("cannot-fire.no-publishing", false)).Append('\n');
        foreach (FindingType type in detector.Info.Types)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `{type.Name}`: {FindingTexts.NameOfType(type.Name, false)} · {FindingTexts.NameOfType(type.Name, true)}\n\n| | |\n|---|---|\n");
            text.Append(CultureInfo.InvariantCulture, $"| severity | {type.Severity.Word()} |\n| ATT&CK | {type.Technique ?? "-"} |\n| who acts | {FindingTexts.Get("duty." + type.Duty.Word(), false)} · {FindingTexts.Get("duty." + type.Duty.Word(), true)} |\n| listed under exposures | {(type.IsExposure ? "yes" : "no")} |\n");
            foreach ((string key, string what) in (ReadOnlySpan<(string, string)>)[("title", "title"), ("why", "why it matters"), ("next", "what to do"), ("blind", "when it is blind")])
                text.Append(CultureInfo.InvariantCulture, $"| {what} | {Cell(type.Name + "." + key, false)} · {Cell(type.Name + "." + key, true)} |\n");
        }
        return text.ToString();
    }

    private static string Cell(string key, bool chinese) => FindingTexts.Get(key, chinese).Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
