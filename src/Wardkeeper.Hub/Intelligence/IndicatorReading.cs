using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>What came of reading a file of indicators: what it holds, what it holds that cannot be compared with traffic, and what is wrong with it.</summary>
/// <param name="name">Name of the file, for mistakes.</param>
internal sealed class IndicatorReading(string name)
{
    private const int MostMistakes = 50, LongestText = 200, LongestMistake = 400, ManyMistakes = 1000;
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> passed = new(StringComparer.Ordinal);

    /// <summary>Indicators in the order of the file.</summary>
    public List<Indicator> Indicators { get; } = [];

    /// <summary>File, place, what is wrong; the first fifty.</summary>
    public List<string> Mistakes { get; } = [];

    /// <summary>How many mistakes there are, those that are not named among them.</summary>
    public int MistakeCount { get; private set; }

    /// <summary>Whether the file as a whole is of no use.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Form of the file: <c>stix</c>, <c>misp</c>, <c>suricata</c> or <c>list</c>; empty when it is none.</summary>
    public string Format { get; set; } = "";

    /// <summary>Sound entries that are not used, by the reason: <c>other</c> (packets do not show it), <c>not-for-detection</c>, <c>pattern</c> (needs more than one sighting), <c>language</c> (of another tool), <c>revoked</c>.</summary>
    public IReadOnlyDictionary<string, int> Passed => passed;

    /// <summary>Whether it is no use to read on: most entries are wrong.</summary>
    public bool IsHopeless => MistakeCount >= ManyMistakes && MistakeCount > Indicators.Count;

    /// <summary>Adds an entry, or says what is wrong with it.</summary>
    /// <param name="place">Line or object.</param>
    /// <param name="indicator">The entry, its value as the file writes it.</param>
    public void Add(string place, Indicator indicator)
    {
        if (IndicatorValue.Read(indicator.Kind, indicator.Value) is not { } value) Wrong(place, $"\"{Short(indicator.Value)}\" is no {Word(indicator.Kind)}");
        else Indicators.Add(indicator with { Value = value, Source = Once(Short(indicator.Source)), Says = Once(Short(indicator.Says)), Confidence = indicator.Confidence is { } sure ? Math.Clamp(sure, 0, 100) : null });
    }

    /// <summary>Passes a sound entry by.</summary>
    public void Pass(string why) => passed[why] = passed.GetValueOrDefault(why) + 1;

    /// <summary>Names a mistake.</summary>
    public void Wrong(string place, string what)
    {
        MistakeCount++;
        // Whatever a value is, a mistake stays a line that can be shown.
        if (Mistakes.Count < MostMistakes) Mistakes.Add($"{name}:{Plain(place, LongestText)}: {Plain(what, LongestMistake)}");
    }

    /// <summary>Names what makes the whole file useless.</summary>
    public void Break(string place, string what)
    {
        IsBroken = true;
        Wrong(place, what);
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

    private static string Short(string text) => Plain(text, LongestText);

    /// <summary>A text without what moves a cursor or turns the direction of reading, cut.</summary>
    private static string Plain(string text, int longest)
    {
        string cut = text.Length <= longest ? text : text[..longest] + "…";
        return cut.Any(IsUnseen) ? string.Concat(cut.Where(letter => !IsUnseen(letter))) : cut;
    }

    private static bool IsUnseen(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Word(IndicatorKind kind) => kind switch
    {
        IndicatorKind.Address => "address or network",
        IndicatorKind.Domain => "domain",
        IndicatorKind.Url => "URL",
        IndicatorKind.FileHash => "SHA-256 of a file (64 hexadecimal digits)",
        IndicatorKind.FileMd5 => "MD5 of a file (32 hexadecimal digits)",
        IndicatorKind.FileSha1 => "SHA-1 of a file (40 hexadecimal digits)",
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
