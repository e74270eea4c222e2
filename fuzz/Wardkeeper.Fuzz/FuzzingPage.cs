using System.Globalization;
using System.Text;

namespace Wardkeeper.Fuzz;

/// <summary>The tables in <c>docs/fuzzing.md</c>, made from those beside the seeds. The words around them are written by hand.</summary>
internal static class FuzzingPage
{
    private const long Bar = 1_000_000;
    private const double Reached = 0.85;

    /// <summary>Where the page is.</summary>
    public static string File => Path.GetFullPath(FuzzFiles.Beside("../docs/fuzzing.md"));

    /// <summary>The page with its tables made anew.</summary>
    public static string With(string page) => Between(Between(page, "targets", Targets(Figures.Targets())), "folders", Folders(Figures.Folders()));

    private static string Targets(IReadOnlyList<TargetFigures> all)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{all.Sum(static one => one.Runs):N0} inputs in {all.Sum(static one => one.Seconds) / 60:N0} minutes of processor time; {all.Count(static one => one.Runs >= Bar)} of {FuzzTargets.All.Count} targets had {Bar:N0} or more.\n\n");
        text.Append("| target | inputs | per second | edges | corpus | slowest | memory before | after | finds |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (TargetFigures one in all)
            text.Append(CultureInfo.InvariantCulture, $"| `{one.Target}` | {one.Runs:N0} | {one.PerSecond:N0} | {one.Edges:N0} | {one.Corpus:N0} | {one.Slowest:F1} ms | {one.Before:N0} kB | {one.After:N0} kB | {one.Finds} |\n");
        return text.ToString();
    }

    private static string Folders(IReadOnlyList<FolderCoverage> all)
    {
        FolderCoverage[] fuzzed = [.. all.Where(static one => !IsApart(one.Folder))];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{fuzzed.Sum(static one => one.Ran):N0} of {fuzzed.Sum(static one => one.All):N0} statements in all; {fuzzed.Count(static one => one.Share >= Reached)} of {fuzzed.Length} folders have {Reached:P0} or more.\n\n");
        text.Append("| folder | statements | reached | |\n|---|---:|---:|---:|\n");
        foreach (FolderCoverage one in fuzzed) text.Append(CultureInfo.InvariantCulture, $"| `{one.Folder}` | {one.All:N0} | {one.Ran:N0} | {one.Share:P1} |\n");
        return text.ToString();
    }

    /// <summary>What reads no traffic, or reads it from the kernel: it has tests of its own and no target here.</summary>
    private static bool IsApart(string folder) => folder is "Capture/Live" or "Checks" or "Publishing";

    private static string Between(string page, string name, string table)
    {
        string begin = $"<!-- {name} -->\n", end = $"<!-- end of {name} -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length, to = page.IndexOf(end, StringComparison.Ordinal);
        return from < begin.Length || to < from ? throw new InvalidDataException($"docs/fuzzing.md has no place for its {name}.") : page[..from] + table + page[to..];
    }
}
