using System.Globalization;
using System.Text.RegularExpressions;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Lines, marks and areas that carry a meaning stand out from every ground they lie on (WCAG 2.2, 1.4.11); text is examined in the browser.</summary>
public partial class ColourTests
{
    private const double Least = 3;

    private static readonly string[] Meaning = ["line-strong", "accent", "critical", "high", "medium", "low", "info", "good", "capture", "series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];

    [Fact]
    public void What_carries_a_meaning_stands_out_from_its_ground()
    {
        string tokens = File.ReadAllText(Path.Combine(Checkout.Root, "src/Wardkeeper.Console/wwwroot/tokens.css"));
        // Light, dark by choice, dark by the system's choice.
        string[] themes = [.. Block().Matches(tokens).Select(block => block.Value).Where(block => block.Contains("--wk-surface:", StringComparison.Ordinal))];
        Assert.Equal(3, themes.Length);
        foreach (Dictionary<string, string> theme in themes.Select(block => Colour().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value)))
        {
            foreach ((string mark, string ground) in Meaning.SelectMany(mark => ((string[])["surface", "bg", "raised"]).Select(ground => (mark, ground))))
                Assert.True(Contrast(theme[mark], theme[ground]) >= Least, FormattableString.Invariant($"{mark} {theme[mark]} on {ground} {theme[ground]}: {Contrast(theme[mark], theme[ground]):F2}"));
        }
    }

    /// <summary>WCAG 2.2, "contrast ratio".</summary>
    private static double Contrast(string one, string other)
    {
        double[] lightness = [Lightness(one), Lightness(other)];
        return (lightness.Max() + 0.05) / (lightness.Min() + 0.05);
    }

    private static double Lightness(string colour)
    {
        double Linear(int at)
        {
            double part = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Linear(1)) + (0.7152 * Linear(3)) + (0.0722 * Linear(5));
    }

    [GeneratedRegex("[{][^{}]*[}]")]
    private static partial Regex Block();

    [GeneratedRegex("--wk-([a-z0-9-]+): (#[0-9a-f]{6});")]
    private static partial Regex Colour();
}
