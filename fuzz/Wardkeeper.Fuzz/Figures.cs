using System.Globalization;

namespace Wardkeeper.Fuzz;

/// <summary>What all turns of a target came to.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Turns">Runs of the loop, each with its own seed, beginning at 1.</param>
/// <param name="Runs">Inputs run in all turns.</param>
/// <param name="Seconds">Processor time that they took, since others use the machine too.</param>
/// <param name="Edges">Edges taken in the last turn.</param>
/// <param name="Corpus">Inputs that took a new one, kept after the last turn.</param>
/// <param name="Finds">Finds in all turns.</param>
/// <param name="Slowest">The slowest input, in milliseconds, timed four times.</param>
/// <param name="Before">Kilobytes of managed memory when a turn had run its first inputs; the turn in which it grew most.</param>
/// <param name="After">Kilobytes of managed memory at the end of that turn.</param>
internal sealed record TargetFigures(string Target, int Turns, long Runs, double Seconds, int Edges, int Corpus, int Finds, double Slowest, long Before, long After)
{
    /// <summary>Inputs a second of processor time.</summary>
    public double PerSecond => Seconds > 0 ? Runs / Seconds : 0;

    /// <summary>These figures and those of one more turn.</summary>
    public TargetFigures With(TargetFigures turn)
    {
        bool grewMore = turn.After - turn.Before > After - Before;
        return new TargetFigures(Target, Turns + turn.Turns, Runs + turn.Runs, Seconds + turn.Seconds, turn.Edges, turn.Corpus, Finds + turn.Finds,
            Math.Max(Slowest, turn.Slowest), grewMore ? turn.Before : Before, grewMore ? turn.After : After);
    }
}

/// <summary>How many statements of a folder of the sensor the kept inputs reach.</summary>
internal sealed record FolderCoverage(string Folder, int Ran, int All)
{
    /// <summary>From 0 to 1.</summary>
    public double Share => All == 0 ? 1 : (double)Ran / All;
}

/// <summary>The tables <c>fuzz/figures.tsv</c> and <c>fuzz/coverage.tsv</c>.</summary>
internal static class Figures
{
    private const string TargetHead = "target\tturns\truns\tcpu_s\tedges\tcorpus\tfinds\tslowest_ms\tbefore_kB\tafter_kB", FolderHead = "folder\tran\tstatements";

    /// <summary>The figures of every target that was run.</summary>
    public static IReadOnlyList<TargetFigures> Targets() =>
        [.. Rows("figures.tsv").Select(static row => new TargetFigures(row[0], (int)Whole(row[1]), Whole(row[2]), Real(row[3]), (int)Whole(row[4]), (int)Whole(row[5]), (int)Whole(row[6]), Real(row[7]), Whole(row[8]), Whole(row[9])))];

    /// <summary>The coverage of every folder.</summary>
    public static IReadOnlyList<FolderCoverage> Folders() =>
        [.. Rows("coverage.tsv").Select(static row => new FolderCoverage(row[0], (int)Whole(row[1]), (int)Whole(row[2])))];

    /// <summary>Adds a turn to a target's figures.</summary>
    public static void Add(TargetFigures turn)
    {
        Dictionary<string, TargetFigures> all = Targets().ToDictionary(static one => one.Target);
        all[turn.Target] = all.TryGetValue(turn.Target, out TargetFigures? before) ? before.With(turn) : turn;
        Write("figures.tsv", TargetHead, FuzzTargets.All.Where(target => all.ContainsKey(target.Name)).Select(target => all[target.Name])
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Target}\t{one.Turns}\t{one.Runs}\t{one.Seconds:F0}\t{one.Edges}\t{one.Corpus}\t{one.Finds}\t{one.Slowest:F1}\t{one.Before}\t{one.After}")));
    }

    /// <summary>Writes the coverage of all folders.</summary>
    public static void Write(IEnumerable<FolderCoverage> folders) =>
        Write("coverage.tsv", FolderHead, folders.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Folder}\t{one.Ran}\t{one.All}")));

    private static IEnumerable<string[]> Rows(string name) =>
        File.Exists(FuzzFiles.Beside(name)) ? File.ReadLines(FuzzFiles.Beside(name)).Skip(1).Select(static line => line.Split('\t')) : [];

    /// <summary>Whole or not at all, since a run may be ended at any time.</summary>
    private static void Write(string name, string head, IEnumerable<string> rows)
    {
        string path = FuzzFiles.Beside(name);
        File.WriteAllLines(path + ".new", [head, .. rows]);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
