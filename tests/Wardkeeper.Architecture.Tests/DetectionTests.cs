using System.Text.RegularExpressions;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Architecture.Tests;

/// <summary>No detector is half there: it has its page, its words in both languages, and says when it is blind.</summary>
public partial class DetectionTests
{
    [Fact]
    public void Pages_of_detections_are_what_the_sources_say()
    {
        string folder = Path.Combine(Checkout.Root, "docs/detections");
        IReadOnlyDictionary<string, string> pages = DetectionPages.All();
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1")
        {
            Directory.CreateDirectory(folder);
            foreach (string old in Directory.EnumerateFiles(folder, "*.md")) File.Delete(old);
            foreach ((string name, string text) in pages) File.WriteAllText(Path.Combine(folder, name), text);
            return;
        }
        Assert.Equal(pages.Keys, Directory.EnumerateFiles(folder, "*.md").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.Equal(page.Value, File.ReadAllText(Path.Combine(folder, page.Key))));
    }

    [Fact]
    public void Every_detector_says_what_it_is_silent_on_unless_it_looks_at_the_sensor_itself() =>
        Assert.All(DetectorRegistry.All, detector => Assert.Matches("Silent|do not count", DetectionPages.Summary(detector)));

    [Fact]
    public void What_a_fact_expects_in_words_is_said_in_both_languages()
    {
        string[] expected = [.. Checkout.Sources("src/Wardkeeper.Hub/Detection/Detectors").SelectMany(path => ExpectedInWords().Matches(File.ReadAllText(Path.Combine(Checkout.Root, path))).Select(match => match.Groups[1].Value)).Distinct()];
        Assert.True(expected.Length > 30, "the sources are not read as they are written");
        Assert.All(expected, wording => Assert.True(FactTexts.Has(wording), $"fact-values.tsv lacks \"{wording}\""));
    }

    [Fact]
    public void Every_type_of_finding_has_its_words()
    {
        foreach (string type in DetectorRegistry.Types.Keys)
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", type);
            Assert.All((string[])[".name", ".title", ".why", ".next", ".blind"], word => Assert.True(FindingTexts.Has(type + word), $"{type}{word} is missing in findings.tsv"));
        }
    }

    [Fact]
    public void Every_text_of_findings_is_there_in_both_languages_and_fills_the_same_places()
    {
        foreach (string line in Checkout.Lines("src/Wardkeeper.Hub/Findings/findings.tsv").Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] cells = line.Split('\t');
            Assert.True(cells.Length == 3 && cells.All(cell => cell.Length > 0), $"findings.tsv: {line}");
            Assert.Equal(Places(cells[1]), Places(cells[2]));
            if (cells[1] != "-") Assert.Matches(@"[\u4e00-\u9fff]", cells[2]);
        }
    }

    [Fact]
    public void Every_fact_and_every_refusal_has_its_words()
    {
        string code = string.Concat(Checkout.Sources("src/Wardkeeper.Hub", "src/Wardkeeper.Storage").Select(path => string.Join('\n', Checkout.Lines(path))));
        string[] facts = [.. Regex.Matches(code, "new Fact\\(\"([a-z-]+)\"").Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(facts.Length > 20);
        Assert.All(facts, fact => Assert.True(FindingTexts.Has("fact." + fact), $"fact.{fact} is missing in findings.tsv"));
        string[] refusals = [.. Regex.Matches(code, "(?:Refused\\(OutcomeKind\\.\\w+, |new Step\\()\"([a-z-]+)\"\\)").Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(refusals.Length > 5);
        Assert.All(refusals, refusal => Assert.True(FindingTexts.Has("refused." + refusal), $"refused.{refusal} is missing in findings.tsv"));
    }

    [Fact]
    public void Each_detector_is_one_file_named_after_it()
    {
        foreach (Detector detector in DetectorRegistry.All)
        {
            string name = detector.Make().GetType().Name;
            Assert.True(File.Exists(Path.Combine(Checkout.Root, "src/Wardkeeper.Hub/Detection/Detectors", name + ".cs")), name);
            Assert.Equal(detector.Info.Name, string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString())));
        }
    }

    private static IEnumerable<string> Places(string text) => Regex.Matches(text, @"\{(\d+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The last text of a fact in the sources, when it is words and not put together.</summary>
    [GeneratedRegex("""new Fact\("[a-z-]+", [^\n]*?(?<!\$)"([a-z][^"{}\n]* [^"{}\n]*)"\)""")]
    private static partial Regex ExpectedInWords();
}
