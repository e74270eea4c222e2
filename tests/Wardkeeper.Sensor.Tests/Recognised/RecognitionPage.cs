using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Recognised;

/// <summary>Makes <c>docs/recognition.md</c>.</summary>
internal static class RecognitionPage
{
    private static readonly Lock Writing = new();
    private static readonly SortedDictionary<string, SortedDictionary<string, Figures>> Figures = new(StringComparer.Ordinal);

    /// <summary>Adds one tool's figures and writes the page.</summary>
    public static void Write(string oracle, SortedDictionary<string, Figures> figures)
    {
        lock (Writing)
        {
            Figures[oracle] = figures;
            StringBuilder text = new("""
                # Recognition

                How often Wardkeeper names a protocol as other tools do. `./test --accept` writes this page anew from the collection of
                captures; the same test holds the bars: over all protocols recall at least 0.97 and precision at least 0.98, and 0.8 for each
                that occurs ten times or more.

                Recall is the share of what the other tool names so that Wardkeeper names so too. Precision is the share of what Wardkeeper names
                so that the other tool does not name otherwise. Differences with a reason in `tests/Wardkeeper.Sensor.Tests/Recognised/differences.tsv`
                count for neither and stand in columns of their own: "listed" is theirs and not ours, "listed, ours" the other way round.

                """);
            foreach ((string name, SortedDictionary<string, Figures> rows) in Figures)
            {
                text.Append(name == "ndpi"
                    ? "\n## nDPI, flow by flow\n\nPairs of endpoints whose protocol nDPI saw in the content (its confidence \"DPI\").\n"
                    : "\n## tshark, capture by capture\n\nWhether a capture holds a protocol at all. tshark mostly goes by ports.\n");
                text.Append("\n| protocol | theirs | both | listed | only ours | listed, ours | recall | precision |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
                foreach ((string service, Figures one) in rows) Row(text, service, one);
                Row(text, "**all**", rows.Values.Aggregate(new Figures(), (one, other) => one + other));
            }
            File.WriteAllText(Path.Combine(SharedFiles.Project, "docs/recognition.md"), text.ToString().ReplaceLineEndings("\n"));
        }
    }

    private static void Row(StringBuilder into, string name, Figures one) =>
        into.Append(CultureInfo.InvariantCulture, $"| {name} | {one.Theirs} | {one.Both} | {one.Listed} | {one.OnlyOurs} | {one.ListedOurs} | {one.Recall:F3} | {one.Precision:F3} |\n");
}
