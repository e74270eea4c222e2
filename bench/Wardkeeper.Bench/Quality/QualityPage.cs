using System.Globalization;
using System.Text;

namespace Wardkeeper.Bench.Quality;

/// <summary>Writes <c>docs/detection-quality.md</c>.</summary>
internal static class QualityPage
{
    private static readonly string[] Grave = ["high", "critical"];

    public static string Of(IReadOnlyList<string> benign, IReadOnlyList<LabelledAttack> attacks, IReadOnlyDictionary<string, CaptureVerdict> verdicts, IReadOnlyList<JudgedScene> scenes, IReadOnlyList<(string Day, CaptureVerdict Verdict)> quiet, DetectionCost cost)
    {
        StringBuilder page = new();
        page.Append("""
            # Detection, measured

                ./wardkeeper bench quality [--captures DIR] [--lab DIR] [--days DIR]

            writes this page: what detection says of captures of which it is known whether there is an attack in them. Weaknesses that stand open whether or not
            anybody uses them (exposures), and what is said of the sensor itself, are not counted: they are true of most captures of others. `--lab` names a folder of recordings of `wardkeeper lab attack … --out`, `--days` one of `wardkeeper lab record`.


            """);
        Laboratory(page, scenes);
        Quiet(page, quiet);
        Labelled(page, attacks, verdicts);
        Cost(page, cost);
        Silent(page, benign, verdicts);
        return page.ToString();
    }

    private static void Laboratory(StringBuilder page, IReadOnlyList<JudgedScene> scenes)
    {
        JudgedScene[] real = [.. scenes.Where(scene => scene.IsAttack)], twins = [.. scenes.Where(scene => !scene.IsAttack)];
        Line(page, $"## Laboratory\n\n{real.Count(scene => scene.IsRight)} of {real.Length} attacks are found, {twins.Count(scene => scene.IsRight)} of {twins.Length} benign twins pass without a finding.\n");
        page.Append("| scene | recordings | found | first finding after, seconds | other findings |\n|---|---|---|---|---|\n");
        foreach (IGrouping<string, JudgedScene> scene in scenes.GroupBy(scene => scene.Name))
        {
            JudgedScene[] all = [.. scene];
            double[] after = [.. all.Select(one => one.Seconds).OfType<double>()];
            string others = string.Join(", ", all.SelectMany(one => one.Others).Select(one => $"{one.Type} ({one.Severity})").Distinct());
            Line(page, $"| {scene.Key} | {all.Length} | {(all[0].IsAttack ? $"{all.Count(one => one.IsRight)}" : "a twin")} | {(after.Length == 0 ? "" : Range(after))} | {others} |");
        }
        page.Append('\n');
    }

    private static void Quiet(StringBuilder page, IReadOnlyList<(string Day, CaptureVerdict Verdict)> quiet)
    {
        FoundHere[] every = [.. quiet.SelectMany(one => one.Verdict.Findings).Where(one => !one.IsStanding)];
        double days = quiet.Sum(one => one.Verdict.Days);
        Line(page, $"## Days without an attack\n\n{quiet.Count} recordings of the laboratory's hospital by different seeds, {days:0.0} days together; a finding in one of them is false. {every.Length / Math.Max(days, 1):0.0} a day (at most 3), {every.Count(IsGrave)} of them medium or higher (none).\n");
        page.Append("| recording | days | findings | medium or higher | what they say |\n|---|---|---|---|---|\n");
        foreach ((string day, CaptureVerdict verdict) in quiet)
        {
            FoundHere[] found = [.. verdict.Findings.Where(one => !one.IsStanding)];
            Line(page, $"| {day} | {verdict.Days:0.00} | {found.Length} | {found.Count(IsGrave)} | {string.Join("; ", found.Select(one => $"{one.Type}: {one.Title}")).Replace("|", "\\|", StringComparison.Ordinal)} |");
        }
        page.Append('\n');
    }

    private static bool IsGrave(FoundHere found) => found.Severity is not ("info" or "low");

    private static void Labelled(StringBuilder page, IReadOnlyList<LabelledAttack> attacks, IReadOnlyDictionary<string, CaptureVerdict> verdicts)
    {
        int found = attacks.Count(IsFound);
        Line(page, $"## Attacks that others recorded\n\n{found} of {attacks.Count} captures ({(double)found / attacks.Count:P0}): a finding that tells of the attack.\n");
        page.Append("| capture | attack | found by | why not |\n|---|---|---|---|\n");
        foreach (LabelledAttack attack in attacks)
        {
            string by = string.Join(", ", verdicts[attack.Capture].Findings.Select(one => one.Type).Where(attack.Types.Contains).Distinct());
            Line(page, $"| {attack.Capture} | {attack.Attack} | {by} | {(by.Length == 0 ? attack.Miss : "")} |");
        }
        page.Append('\n');

        bool IsFound(LabelledAttack attack) => verdicts[attack.Capture].Findings.Any(one => attack.Types.Contains(one.Type));
    }

    private static void Cost(StringBuilder page, DetectionCost cost) => Line(page, $"""
        ## Cost

        | what | bar | figure |
        |---|---|---|
        | all detectors, as a share of the sensor's CPU time on the recorded afternoon of a hospital | ≤ 30 % | {cost.DetectionSeconds / cost.SensorSeconds:P0} |
        | held by all detectors after a million hosts scanned | bounded | {cost.ScanBytes / 1e6:0} MB |
        | findings that this made | bounded | {cost.ScanFindings} |

        """);

    private static void Silent(StringBuilder page, IReadOnlyList<string> benign, IReadOnlyDictionary<string, CaptureVerdict> verdicts)
    {
        (string Capture, FoundHere Found)[] all = [.. benign.SelectMany(capture => verdicts[capture].Findings.Where(one => !one.IsStanding).Select(one => (capture, one)))];
        Line(page, $"## Captures of others without an attack\n\n{benign.Count} captures: {all.Length} findings, {all.Count(one => Grave.Contains(one.Found.Severity))} of them high or critical.\n");
        page.Append("| capture | finding | severity | what it says |\n|---|---|---|---|\n");
        foreach ((string capture, FoundHere found) in all) Line(page, $"| {capture} | {found.Type} | {found.Severity} | {found.Title.Replace("|", "\\|", StringComparison.Ordinal)} |");
    }

    private static string Range(double[] seconds) => seconds.Length == 1 ? $"{seconds[0].ToString("0.0", CultureInfo.InvariantCulture)}" : FormattableString.Invariant($"{seconds.Min():0.0} to {seconds.Max():0.0}");

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
