using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>What came of reading a file of indicators: what it holds, what it holds that cannot be compared with traffic, and what is wrong with it.</summary>
/// <param name="name">Name of the file, for mistakes.</param>
internal sealed class IndicatorReading(string name)
{
    private const int MostMistakes = 50, LongestText = 200;
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>Indicators in the order of the file.</summary>
    public List<Indicator> Indicators { get; } = [];

    /// <summary>File, place, what is wrong.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>Entries of kinds that packets do not show (MD5 of files, mail addresses, registry keys), or that their source does not mean for detection.</summary>
    public int Passed { get; set; }

    /// <summary>Whether it is no use to read on.</summary>
    public bool IsHopeless => Mistakes.Count >= MostMistakes;

    /// <summary>Adds an entry, or says what is wrong with it.</summary>
    /// <param name="place">Line or object.</param>
    /// <param name="indicator">The entry, its value as the file writes it.</param>
    public void Add(string place, Indicator indicator)
    {
        if (IndicatorValue.Read(indicator.Kind, indicator.Value) is not { } value) Wrong(place, $"\"{Short(indicator.Value)}\" is no {Word(indicator.Kind)}");
        else Indicators.Add(indicator with { Value = value, Source = Once(indicator.Source), Says = Once(Short(indicator.Says)) });
    }

    /// <summary>Names a mistake.</summary>
    public void Wrong(string place, string what)
    {
        if (!IsHopeless) Mistakes.Add($"{name}:{place}: {what}");
    }

    /// <summary>A time in the form of RFC 3339 or as seconds since 1970; null when the text is empty or none, which is a mistake.</summary>
    public CaptureTime? Time(string place, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds is > 0 and < uint.MaxValue) return CaptureTime.FromSeconds(seconds);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time.Year is > 1970 and < 2100) return CaptureTime.FromSeconds(time.ToUnixTimeSeconds());
        Wrong(place, $"\"{Short(text)}\" is no time; write it as 2026-05-01T00:00:00Z");
        return null;
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";

    private static string Word(IndicatorKind kind) => kind switch
    {
        IndicatorKind.Address => "address or network",
        IndicatorKind.Domain => "domain",
        IndicatorKind.Url => "URL",
        IndicatorKind.FileHash => "SHA-256 of a file (64 hexadecimal digits)",
        IndicatorKind.Ja3 => "JA3 fingerprint (32 hexadecimal digits)",
        IndicatorKind.Ja4 => "JA4 fingerprint",
        _ => "SHA-256 of a certificate (64 hexadecimal digits)",
    };

    private string Once(string text)
    {
        if (texts.TryGetValue(text, out string? known)) return known;
        return texts[text] = text;
    }
}
