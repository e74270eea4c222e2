using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Nothing registered is half there.</summary>
public class CompletenessTests
{
    private const string SensorTests = "tests/Wardkeeper.Sensor.Tests/Protocols";

    /// <summary>Folders of the protocols that are read; a label has nothing to write.</summary>
    public static TheoryData<string> Folders => [.. ReadFolders];

    private static IEnumerable<string> ReadFolders => ProtocolRegistry.All.Where(protocol => !protocol.IsLabel).Select(ProtocolPages.Folder).Distinct();

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_protocol_has_golden_files_and_tests(string folder)
    {
        Assert.True(Directory.Exists(Path.Combine(Checkout.Root, SensorTests, folder, "golden")), $"{SensorTests}/{folder}/golden is missing");
        Assert.NotEmpty(Checkout.Sources($"{SensorTests}/{folder}"));
    }

    [Fact]
    public void Every_protocol_has_seeds_for_fuzzing() =>
        Assert.All(ProtocolRegistry.All, protocol =>
        {
            string seeds = Path.Combine(Checkout.Root, "fuzz/seeds", protocol.Info.Name);
            Assert.True(Directory.Exists(seeds) && Directory.EnumerateFiles(seeds).Any(), $"fuzz/seeds/{protocol.Info.Name} is missing");
        });

    [Fact]
    public void Every_kind_of_row_appears_in_a_golden_file()
    {
        // A golden row does not name its type, so each type's test names it: the golden file is made from transactions of that type.
        string tests = string.Concat(Checkout.Sources(SensorTests).Select(path => string.Join('\n', Checkout.Lines(path))));
        foreach (string folder in ReadFolders)
        {
            string[] golden = [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, SensorTests, folder, "golden"), "*.jsonl")];
            Assert.True(golden.Any(file => new FileInfo(file).Length > 2), $"{folder} has no golden row");
        }
        Assert.Contains("Golden.Hold", tests, StringComparison.Ordinal);
    }

    [Fact]
    public void Protocol_names_are_lower_case_and_each_is_documented()
    {
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            Assert.Matches("^[a-z][a-z0-9_-]*$", protocol.Info.Name);
            Assert.NotEmpty(protocol.Info.Title);
            Assert.NotEmpty(protocol.Info.Standard);
            Assert.InRange(protocol.Info.LookAhead, 1, 8192);
            Assert.InRange(protocol.Info.MaxHeld, protocol.Info.LookAhead, 16 << 20);
        }
    }

    [Fact]
    public void Pages_of_protocols_are_what_the_sources_say()
    {
        string folder = Path.Combine(Checkout.Root, "docs/protocols");
        IReadOnlyDictionary<string, string> pages = ProtocolPages.All();
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
    public void Every_column_of_a_protocol_is_explained() =>
        Assert.All(ProtocolPages.All(), page => Assert.False(page.Value.Contains("| ` |  |", StringComparison.Ordinal) || System.Text.RegularExpressions.Regex.IsMatch(page.Value, @"^\| `[^`]+` \|\s*\|$", System.Text.RegularExpressions.RegexOptions.Multiline), $"docs/protocols/{page.Key} has a column without a meaning"));

    [Theory]
    [InlineData("ts")]
    [InlineData("uid")]
    [InlineData("id.orig_h")]
    public void No_protocol_has_a_column_that_rows_have_anyway(string column) =>
        Assert.All(ProtocolPages.All(), page => Assert.DoesNotContain($"| `{column}` |", page.Value, StringComparison.Ordinal));

    [Theory]
    [InlineData("src/Wardkeeper", "src")]
    [InlineData("lab/Wardkeeper.Lab", "lab")]
    public void Every_text_is_there_in_both_languages(string project, string sources)
    {
        string code = string.Concat(Checkout.Sources(sources).SelectMany(Checkout.Lines));
        foreach (string line in Checkout.Lines(project + "/Texts/texts.tsv").Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] cells = line.Split('\t');
            Assert.True(cells.Length == 3 && cells.All(cell => cell.Length > 0), $"texts.tsv: {line}");
            Assert.Equal(Places(cells[1]), Places(cells[2]));
            if (project.StartsWith("lab", StringComparison.Ordinal)) Assert.Contains('"' + cells[0].Replace("-missing", "", StringComparison.Ordinal), code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_package_has_a_reason()
    {
        string reasons = File.ReadAllText(Path.Combine(Checkout.Root, "docs/dependencies.md"));
        foreach (System.Text.RegularExpressions.Match package in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(Checkout.Root, "Directory.Packages.props")), "PackageVersion Include=\"([^\"]+)\""))
            Assert.Contains($"| {package.Groups[1].Value} |", reasons, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Places(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"\{(\d+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
}
