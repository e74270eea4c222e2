using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Wardkeeper.Browser.Tests.Texts;

/// <summary>Every text is there in both languages, and every text that a page asks for is there at all.</summary>
public partial class TextsTests
{
    private static readonly string Sources = Path.Combine(Checkout.Root, "src/Wardkeeper.Console");

    /// <summary>Chinese values without a Chinese word, each with its reason.</summary>
    private static readonly Dictionary<string, string> SameInBoth = new(StringComparer.Ordinal)
    {
        ["field.udiDi"] = "the identifier's name is Latin in Chinese too",
        ["field.udiPi"] = "the identifier's name is Latin in Chinese too",
        ["list.separator"] = "punctuation",
        ["and"] = "punctuation",
        ["problem.at"] = "punctuation",
        ["reach.and"] = "punctuation",
        ["reach.department"] = "a name and two numbers",
        ["reach.stop"] = "punctuation",
    };

    public static TheoryData<string> Resources =>
        [.. Directory.EnumerateFiles(Sources, "*.resx", SearchOption.AllDirectories).Where(path => !path.Contains(".zh-CN.", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(Sources, path))];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_text_is_there_in_both_languages(string resource)
    {
        Dictionary<string, string> english = Read(resource), chinese = Read(resource.Replace(".resx", ".zh-CN.resx", StringComparison.Ordinal));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), chinese.Keys.Order(StringComparer.Ordinal));
        // Of two names that differ in their letters' case alone the build takes one and drops the other.
        Assert.Empty(english.Keys.GroupBy(key => key, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));
        foreach ((string key, string text) in english)
        {
            string zh = chinese[key];
            Assert.False(string.IsNullOrWhiteSpace(text) || string.IsNullOrWhiteSpace(zh), $"{resource}: {key} is empty");
            Assert.False(text == key || zh == key, $"{resource}: {key} shows its key");
            Assert.Equal(Places(text), Places(zh));
            Assert.False(Han().IsMatch(text), $"{resource}: the English text of {key} is Chinese");
            Assert.True(Han().IsMatch(zh) || SameInBoth.ContainsKey(key), $"{resource}: the Chinese text of {key} has no Chinese word: {zh}");
        }
    }

    [Fact]
    public void Every_text_that_is_asked_for_is_there()
    {
        Dictionary<string, string> words = Read("Texts/Words.resx");
        List<string> missing = [];
        foreach (string path in Directory.EnumerateFiles(Sources, "*.*", SearchOption.AllDirectories).Where(path => path.EndsWith(".razor", StringComparison.Ordinal) || path.EndsWith(".cs", StringComparison.Ordinal)).Where(path => !path.Contains("/obj/", StringComparison.Ordinal)))
        {
            string source = File.ReadAllText(path);
            foreach (Match asked in Asked().Matches(source))
            {
                string key = asked.Groups["key"].Value;
                bool isShared = asked.Groups["from"].Value is "W" or "words";
                if (!(isShared ? words.ContainsKey(key) : PageTexts(path).Any(texts => texts.ContainsKey(key)))) missing.Add($"{Path.GetFileName(path)}: {key}");
            }
        }
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_page_group_tab_and_role_has_its_name()
    {
        Dictionary<string, string> words = Read("Texts/Words.resx");
        Assert.All(Console.Layout.PageRegistry.All, page => Assert.Contains($"page.{page.Key}", words.Keys));
        Assert.All(Console.Pages.Device.DeviceTabs.All, tab => Assert.Contains($"tab.{tab.Key}", words.Keys));
        Assert.All(Enum.GetNames<Hub.Access.Role>(), role => Assert.Contains($"role.{role}", words.Keys));
        Assert.All(Enum.GetNames<Console.Layout.RailGroup>().Where(group => group != "Top"), group => Assert.Contains($"group.{group}", words.Keys));
        Assert.All(Console.Addresses.TimeRange.Names, range => Assert.Contains($"range.{range}", words.Keys));
    }

    private static IEnumerable<Dictionary<string, string>> PageTexts(string path) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.resx").Where(resource => !resource.Contains(".zh-CN.", StringComparison.Ordinal)).Select(resource => Read(Path.GetRelativePath(Sources, resource)));

    private static Dictionary<string, string> Read(string resource) =>
        XDocument.Load(Path.Combine(Sources, resource)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Places(string text) => PlaceIn().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex PlaceIn();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();

    /// <summary>A key in quotes, whole; keys that are put together at run time are tested where their parts are listed.</summary>
    [GeneratedRegex(@"\b(?<from>W|T|words|texts)\[""(?<key>[\w.-]*\w)""")]
    private static partial Regex Asked();
}
