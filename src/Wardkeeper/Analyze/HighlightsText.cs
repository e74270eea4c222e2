using System.Globalization;

namespace Wardkeeper.Analyze;

/// <summary>Writes what matters of the conversations, a few lines: of each family the talks with the most, and how many others there are.</summary>
internal static class HighlightsText
{
    private const int Clinical = 3, Others = 2, KindsShown = 4;

    /// <summary>The lines as a table; false when there is nothing to say.</summary>
    public static bool TryTable(Highlights highlights, bool zh, out TextTable table)
    {
        table = new(Texts.Get("said-head", zh), Texts.Get("who-head", zh), Texts.Get("what-head", zh));
        int before = table.Count;
        Talks(table, highlights, Highlights.Family.Dicom, "said-dicom", Clinical, zh, talk => Texts.Format("said-associations", zh, talk.Times, Kinds(talk, zh)));
        Talks(table, highlights, Highlights.Family.Hl7, "said-hl7", Clinical, zh, talk => Kinds(talk, zh));
        Talks(table, highlights, Highlights.Family.Laboratory, "said-laboratory", Others, zh, talk => Kinds(talk, zh));
        Talks(table, highlights, Highlights.Family.Remote, "said-remote", Others, zh, talk => Texts.Format("said-sessions", zh, Kinds(talk, zh), talk.First is { } first ? SummaryText.Moment(first) : "", Length(talk.Duration), SummaryText.Size(talk.Bytes)));
        Counts(table, "said-files", highlights.Files, zh);
        Counts(table, "said-passwords", highlights.Passwords, zh);
        return table.Count > before;
    }

    private static void Talks(TextTable table, Highlights highlights, Highlights.Family family, string key, int shown, bool zh, Func<Highlights.Talk, string> what)
    {
        IReadOnlyList<Highlights.Talk> talks = highlights.Of(family);
        for (int i = 0; i < Math.Min(talks.Count, shown); i++)
            table.Add(i > 0 ? "" : Texts.Get(key, zh) + (talks.Count > shown ? string.Create(CultureInfo.InvariantCulture, $" (+{talks.Count - shown})") : ""), SummaryText.Cut($"{talks[i].From} → {talks[i].To}", 40), what(talks[i]));
    }

    private static void Counts(TextTable table, string key, IReadOnlyList<KeyValuePair<string, long>> counts, bool zh)
    {
        if (counts.Count == 0) return;
        string what = string.Join(", ", counts.Take(KindsShown).Select(pair => $"{pair.Key} {SummaryText.Number(pair.Value)}")) + (counts.Count > KindsShown ? ", …" : "");
        table.Add(Texts.Get(key, zh), SummaryText.Number(counts.Sum(pair => pair.Value)), what);
    }

    private static string Length(TimeSpan duration) => duration.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}:{duration:mm\\:ss}");

    private static string Kinds(Highlights.Talk talk, bool zh)
    {
        string[] kinds = [.. talk.Kinds.Select(kind => $"{kind.Kind} {SummaryText.Number(kind.Count)}" + (kind.Failed > 0 ? " " + Texts.Format("said-failed", zh, kind.Failed) : ""))];
        return string.Join(", ", kinds.Take(KindsShown)) + (kinds.Length > KindsShown ? ", …" : "");
    }
}
