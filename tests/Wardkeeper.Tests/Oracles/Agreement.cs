using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Oracles;

/// <summary>Collects how far we and each oracle agree, and with WARDKEEPER_ACCEPT=1 writes it to <c>docs/agreement.md</c>.</summary>
internal static class Agreement
{
    private static readonly SortedDictionary<(string Oracle, string Subject), (long Theirs, long Agreed, string? Note)> Figures = [];

    /// <summary>Of <paramref name="theirs"/> things that the oracle says of a subject, we say <paramref name="agreed"/> too.</summary>
    public static void Report(string oracle, string subject, long theirs, long agreed, string? note = null)
    {
        lock (Figures)
        {
            Figures[(oracle, subject)] = (theirs, agreed, note);
            if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") Write();
        }
    }

    private static void Write()
    {
        string path = Path.Combine(SharedFiles.Project, "docs/agreement.md");
        StringBuilder text = new("""
            # Agreement with other tools

            Written by the tests in `tests/Wardkeeper.Tests/Oracles` when they run with `WARDKEEPER_ACCEPT=1`. Each row: how many things the
            other tool says of the captures compared, and how many of them Wardkeeper says equally; differences count, whatever their reason. The
            reasons stand in the lists beside the tests. Some are limits of Wardkeeper (some tunnels, damaged captures), others are
            the other tool's options or guesses. Recognition against nDPI and tshark stands in [recognition](recognition.md).

            tshark's rows come from a fixed sample: 300 small captures and the lab's, not all. Zeek's come from its own tests, which mostly show
            special cases: a row counts as equal only if every compared column is.

            """);
        foreach (IGrouping<string, KeyValuePair<(string Oracle, string Subject), (long Theirs, long Agreed, string? Note)>> oracle in Figures.GroupBy(pair => pair.Key.Oracle))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {oracle.Key}\n\n| subject | theirs | equal | share | |\n|---|---:|---:|---:|---|\n");
            foreach (((string _, string subject), (long theirs, long agreed, string? note)) in oracle)
                text.Append(CultureInfo.InvariantCulture, $"| {subject} | {theirs} | {agreed} | {(theirs == 0 ? 100 : Math.Floor(1000.0 * agreed / theirs) / 10):F1} % | {note} |\n");
        }
        File.WriteAllText(path, text.ToString().ReplaceLineEndings("\n"));
    }
}
