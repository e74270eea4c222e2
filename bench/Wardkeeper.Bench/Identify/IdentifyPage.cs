using System.Globalization;
using System.Text;

namespace Wardkeeper.Bench.Identify;

/// <summary>Writes <c>docs/identification.md</c>.</summary>
internal static class IdentifyPage
{
    private static readonly (double From, double To)[] Bins = [(0, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)];

    public static string Of(IReadOnlyList<Answer> answers, IdentifySpeed speed, IReadOnlyList<SensorShare> shares, LabelledCaptures labelled)
    {
        StringBuilder page = new();
        page.AppendLine("""
            # How right identification is

            Written by `./wardkeeper bench identify`; how it works stands in [ledger.md](ledger.md), what it rests on in `knowledge/`.

            Every capture of the collection of which the source says what device it is of is read as it is, then with a locally administered hardware address in place of the real one, in frames, ARP, DHCP and texts. Devices that share an address count as a pair. Knowledge was written from public sources and from captures of the first half of the models only (those whose name has an even SHA-256); the other half is reported apart. "Model left out" does without every entry that was written from captures of that model alone. The laboratory's recordings are judged the same way, all their hardware addresses replaced at once; `--lab FOLDER` takes recordings of other seeds besides (`wardkeeper lab record --seed N --out FOLDER/N`).
            """);
        page.AppendLine(CultureInfo.InvariantCulture, $"\n{labelled.Captures.Count} captures of {labelled.Truth.Count} labels.\n");
        page.AppendLine("| captures | setting | of | typed | right of typed | maker named | right of named |");
        page.AppendLine("|---|---|---|---|---|---|---|");
        foreach (IGrouping<(string Half, string Setting), Answer> same in answers.GroupBy(answer => (answer.Half, answer.Setting)).OrderBy(same => same.Key.Half, StringComparer.Ordinal).ThenBy(same => same.Key.Setting, StringComparer.Ordinal)) Row(page, same.Key.Half, same.Key.Setting, [.. same]);
        foreach (string setting in (ReadOnlySpan<string>)[IdentifyBench.WithMac, IdentifyBench.WithoutMac, IdentifyBench.LeftOut]) Row(page, "both halves", setting, [.. answers.Where(answer => !answer.Half.StartsWith("laboratory", StringComparison.Ordinal) && answer.Setting == setting)]);
        Reliability(page, answers);
        Mistakes(page, answers);
        page.Append(SpeedOf(speed, shares));
        return page.ToString();
    }

    /// <summary>The part on speed.</summary>
    public static string SpeedOf(IdentifySpeed speed, IReadOnlyList<SensorShare> shares)
    {
        StringBuilder page = new();
        page.AppendLine(CultureInfo.InvariantCulture, $"""

            ## Speed

            One thread; the demo's {speed.Different} devices, as 2,000 of which no two have the same name. Medians of {IdentifySpeed.Rounds} rounds, in milliseconds of processor time for all 2,000.

            | what | milliseconds |
            |---|---|
            | the knowledge base is read | {speed.Load:F1} |
            | first pass: from all their evidence, with nothing of what they show looked up before | {speed.First:F1} |
            | from all their evidence again | {speed.Again:F1} |
            | **each has new evidence**: a claim of a kind and value never seen of it, and the old | {speed.New:F1} |
            | the same through the running ledger: each is decided with all its fields, as lists show them | {speed.Ledger:F1} |

            The share of the sensor's time: a capture is read, decoded and parsed by one worker into the ledger, then every device is identified once.

            | capture | packets | sensor, ms | knowledge read and devices identified, ms | share | share, knowledge read before |
            |---|---|---|---|---|---|
            """);
        foreach (SensorShare share in shares) page.AppendLine(CultureInfo.InvariantCulture, $"| {share.Sample} | {share.Packets:N0} | {share.Sensor:F1} | {share.Load + share.Identified:F1} | {100 * (share.Load + share.Identified) / (share.Sensor + share.Load + share.Identified):F1} % | {100 * share.Identified / (share.Sensor + share.Identified):F1} % |");
        return page.ToString();
    }

    private static void Row(StringBuilder page, string half, string setting, Answer[] all)
    {
        int typed = all.Count(answer => answer.Type is not null), right = all.Count(answer => answer.Type is not null && answer.IsTypeRight);
        int named = all.Count(answer => answer.Vendor is not null), rightly = all.Count(answer => answer.IsVendorRight);
        page.AppendLine(CultureInfo.InvariantCulture, $"| {half} | {setting} | {all.Length} | {Share(typed, all.Length)} | {Share(right, typed)} | {Share(named, all.Length)} | {Share(rightly, named)} |");
    }

    private static string Share(int part, int whole) => whole == 0 ? "—" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1} % ({part})");

    /// <summary>Of answers that are so sure, how many are right: a calibrated engine lies on the diagonal.</summary>
    private static void Reliability(StringBuilder page, IReadOnlyList<Answer> answers)
    {
        page.AppendLine("""

            ## Reliability

            All answers on type, guesses included. `#` is how many are right, `|` how sure they were on average; both to 100 %.

            ```
            """);
        foreach ((double from, double to) in Bins)
        {
            Answer[] bin = [.. answers.Where(answer => answer.TypeGuess is not null && answer.TypeConfidence >= from && answer.TypeConfidence < to)];
            if (bin.Length == 0) continue;
            double sure = bin.Average(answer => answer.TypeConfidence), right = bin.Average(answer => answer.IsTypeRight ? 1.0 : 0);
            char[] bar = new string('#', (int)Math.Round(right * 50)).PadRight(51, '.').ToCharArray();
            bar[(int)Math.Round(sure * 50)] = '|';
            page.AppendLine(CultureInfo.InvariantCulture, $"{from * 100,3:F0}–{Math.Min(to, 1) * 100,3:F0} %  {new string(bar)}  sure {sure * 100,5:F1} %, right {right * 100,5:F1} % of {bin.Length}");
        }
        page.AppendLine("```");
        page.AppendLine(CultureInfo.InvariantCulture, $"\nMean square of confidence minus truth (Brier): {answers.Where(answer => answer.TypeGuess is not null).Average(answer => Math.Pow(answer.TypeConfidence - (answer.IsTypeRight ? 1 : 0), 2)):F3}.");
    }

    private static void Mistakes(StringBuilder page, IReadOnlyList<Answer> answers)
    {
        page.AppendLine("\n## What is wrong or unknown\n");
        page.AppendLine("| device | setting | captures | type said | maker said |");
        page.AppendLine("|---|---|---|---|---|");
        foreach (IGrouping<(string, string, string, string), Answer> same in answers
            .Where(answer => answer.Setting != IdentifyBench.LeftOut && (answer.Type is null || !answer.IsTypeRight || (answer.Vendor is not null && !answer.IsVendorRight)))
            .GroupBy(answer => (answer.Subject, answer.Setting, Said(answer.Type, answer.TypeGuess, answer.IsTypeRight), Said(answer.Vendor, null, answer.IsVendorRight)))
            .OrderBy(same => same.Key.Subject, StringComparer.Ordinal).ThenBy(same => same.Key.Setting, StringComparer.Ordinal))
            page.AppendLine(CultureInfo.InvariantCulture, $"| {same.Key.Item1} | {same.Key.Item2} | {same.Count()} | {same.Key.Item3} | {same.Key.Item4} |");
    }

    private static string Said(string? value, string? guess, bool isRight) => value is null ? guess is null ? "unknown" : $"unknown ({guess}?)" : isRight ? value : $"**{value}**, wrong";
}
