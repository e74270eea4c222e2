using System.Text.RegularExpressions;

namespace Wardkeeper.Architecture.Tests;

/// <summary>The threat model promises nothing that no test holds.</summary>
public class ThreatModelTests
{
    private static readonly string[] Parts = ["Device", "Device agent", "Network between", "FreeRADIUS in front", "Hub", "Storage", "Console and API", "People", "Vendors"];

    private static string[] Page => Checkout.Lines("docs/threat-model.md");

    [Fact]
    public void Every_promise_names_tests_or_scenes_that_exist()
    {
        ILookup<string, string> tests = Checkout.Sources("tests").ToLookup(path => Path.GetFileNameWithoutExtension(path), path => string.Join('\n', Checkout.Lines(path)));
        string scenes = string.Concat(Checkout.Sources("lab/Wardkeeper.Lab/Admission/Scenes").SelectMany(Checkout.Lines));
        string[] promises = [.. Page.Where(line => Regex.IsMatch(line, @"^\| [STRIDE ]+ \|"))];
        Assert.True(promises.Length > 30);
        foreach (string promise in promises)
        {
            string[] holders = [.. Regex.Matches(promise.TrimEnd('|', ' ').Split('|')[^1], "`([^`]+)`").Select(match => match.Groups[1].Value)];
            Assert.True(holders.Length > 0, $"nothing holds: {promise}");
            Assert.All(holders, holder =>
            {
                if (holder.StartsWith("scene ", StringComparison.Ordinal)) Assert.Contains($"Name => \"{holder["scene ".Length..]}\"", scenes, StringComparison.Ordinal);
                else Assert.True(tests[holder.Split('.')[0]].Any(source => Regex.IsMatch(source, $@"\b{Regex.Escape(holder.Split('.')[^1])}\(")), $"docs/threat-model.md names {holder}, which does not exist");
            });
        }
    }

    [Fact]
    public void Every_part_says_what_it_does_not_protect()
    {
        string text = string.Join('\n', Page);
        string[] sections = [.. Regex.Split(text, "^## ", RegexOptions.Multiline).Skip(1)];
        Assert.Equal(Parts, sections.Select(section => section.Split('\n')[0]));
        Assert.All(sections, section => Assert.Contains("**Not protected**", section, StringComparison.Ordinal));
    }
}
