namespace Wardkeeper.Bench.Quality;

/// <summary>
/// <c>./wardkeeper bench quality [--captures DIR] [--lab DIR] [--days DIR] [--cost [FILE]] [--types A,B] [--rows FILE] [--all] [--out FILE]</c>: what detection says of captures of which it is
/// known whether there is an attack in them. Foreign captures without one (<c>tests/quality/benign.tsv</c>), with one (<c>tests/quality/attacks.tsv</c>), and
/// what the laboratory recorded. Writes <c>docs/detection-quality.md</c>; with <c>--types</c>, <c>--rows</c> or <c>--all</c> it lists findings instead.
/// </summary>
internal static class QualityBench
{
    public static int Run(string home, string[] args)
    {
        string collection = Program.Option(args, "--captures") ?? Path.Combine(Path.GetDirectoryName(home)!, "shared/captures");
        if (!File.Exists(Path.Combine(collection, "MANIFEST.tsv"))) return Program.Refuse($"{collection} holds no MANIFEST.tsv; name the collection with --captures DIR");
        if (args.Contains("--cost"))
        {
            string heavy = Program.Option(args, "--cost") is { Length: > 0 } given && File.Exists(given) ? given : Path.Combine(home, "samples/demo/hospital.pcap");
            DetectionCost cost = DetectionCost.Measure(heavy);
            Console.WriteLine(FormattableString.Invariant($"sensor {cost.SensorSeconds:F2} s, detection {cost.DetectionSeconds:F2} s, {cost.ScanBytes / 1e6:F0} MB and {cost.ScanFindings} findings after a million scanning hosts"));
            foreach ((string detector, double seconds) in DetectionCost.ByDetector(heavy).Take(20)) Console.WriteLine(FormattableString.Invariant($"{seconds,8:F3} s  {detector}"));
            return 0;
        }
        HashSet<string>? types = Program.Option(args, "--types") is { } named ? [.. named.Split(',')] : null;
        bool listing = types is not null || args.Contains("--rows") || args.Contains("--all");
        string[] benign = [.. Table(home, "benign.tsv").Select(cells => cells[0])];
        LabelledAttack[] attacks = [.. Table(home, "attacks.tsv").Select(cells => new LabelledAttack(cells[0], cells[1], Words(cells[2]), cells.ElementAtOrDefault(3) ?? ""))];
        string[] wanted = args.Contains("--all") ? [.. Lines(Path.Combine(collection, "MANIFEST.tsv")).Skip(1).Select(cells => cells[0])] : [.. benign.Concat(attacks.Select(attack => attack.Capture)).Distinct()];
        Dictionary<string, CaptureVerdict> verdicts = Judge(collection, wanted);
        if (!listing)
        {
            Dictionary<string, string[]> expected = Table(home, "scenes.tsv").ToDictionary(cells => cells[0], cells => Words(cells[1]), StringComparer.Ordinal);
            IEnumerable<string> recordings = Program.Option(args, "--lab") is { } lab ? Directory.EnumerateDirectories(lab).Where(folder => File.Exists(Path.Combine(folder, "hospital.pcap"))).Order(StringComparer.Ordinal) : [];
            JudgedScene[] scenes = [.. recordings.Prepend(Path.Combine(home, "samples/attacks")).SelectMany(folder => JudgedScene.Of(folder, expected))];
            string[] days = ["samples/hospital-day", "samples/demo"];
            IEnumerable<string> recorded = Program.Option(args, "--days") is { } more ? Directory.EnumerateDirectories(more).Where(folder => File.Exists(Path.Combine(folder, "hospital.pcap"))).Order(StringComparer.Ordinal) : [];
            (string Day, CaptureVerdict Verdict)[] quiet = [.. days.Select(day => Path.Combine(home, day)).Concat(recorded).Select(folder => (Path.GetFileName(folder), CaptureVerdict.Of(Path.Combine(folder, "hospital.pcap"))))];
            string page = QualityPage.Of(benign, attacks, verdicts, scenes, quiet, DetectionCost.Measure(Path.Combine(home, "samples/demo/hospital.pcap")));
            File.WriteAllText(Program.Option(args, "--out") ?? Path.Combine(home, "docs/detection-quality.md"), page);
            Console.WriteLine(page);
            return 0;
        }
        using TextWriter rows = Program.Option(args, "--rows") is { } file ? new StreamWriter(file) : Console.Out;
        HashSet<string> silent = [.. benign];
        foreach (string capture in wanted)
        {
            foreach (FoundHere found in verdicts[capture].Findings.Where(found => types?.Contains(found.Type) != false))
                rows.WriteLine(string.Join('\t', capture, silent.Contains(capture) ? "benign" : "-", found.Type, found.Severity, found.Count, found.Title));
        }
        return 0;
    }

    private static Dictionary<string, CaptureVerdict> Judge(string collection, string[] captures)
    {
        Dictionary<string, CaptureVerdict> verdicts = new(StringComparer.Ordinal);
        int done = 0;
        Parallel.ForEach(captures, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, capture =>
        {
            CaptureVerdict verdict = CaptureVerdict.Of(Path.Combine(collection, capture));
            lock (verdicts)
            {
                verdicts[capture] = verdict;
                if (++done % 200 == 0) Console.Error.WriteLine($"bench: {done} of {captures.Length} captures");
            }
        });
        return verdicts;
    }

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string[]> Table(string home, string name) => Lines(Path.Combine(home, "tests/quality", name)).Where(cells => !cells[0].StartsWith('#') && cells[0].Length > 0);

    private static IEnumerable<string[]> Lines(string path) => File.ReadLines(path).Select(line => line.Split('\t'));
}

/// <summary>A capture in which somebody says that an attack is.</summary>
/// <param name="Capture">Path in the collection.</param>
/// <param name="Attack">What it is.</param>
/// <param name="Types">Types of finding that say so, any of them.</param>
/// <param name="Miss">Why it is not found, when it is known that it is not; empty otherwise.</param>
internal sealed record LabelledAttack(string Capture, string Attack, IReadOnlyList<string> Types, string Miss);
