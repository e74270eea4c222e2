using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Findings;

/// <summary>Counts how findings turned out. Findings of rules are one type; what tells them apart is the rule's number in their keys.</summary>
internal static class FindingQuality
{
    private const string OfRules = "signature-alert";
    private const int MostOfRules = 200_000;
    private static readonly long Day = 86_400 * CaptureTime.PerSecond;

    private sealed record Tally(string Type, string? Rule, string? Says, int? Verdict, long Findings, long Hidden, long First, long Last, long? Newest);

    /// <summary>By type and rule.</summary>
    /// <param name="rows">Findings to count.</param>
    /// <param name="since">Begin of the time, nanoseconds; null counts from the first of all.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<IReadOnlyList<TypeQuality>> OfAsync(IQueryable<FindingRow> rows, long? since, CancellationToken cancel)
    {
        var types = await rows.Where(row => row.Type != OfRules).GroupBy(row => new { row.Type, row.Verdict, IsHidden = row.SuppressedBy != null })
            .Select(group => new { group.Key.Type, group.Key.Verdict, group.Key.IsHidden, Findings = group.LongCount(), First = group.Min(row => row.FirstSeen), Last = group.Max(row => row.LastSeen), Newest = group.Max(row => row.Number) }).ToListAsync(cancel);
        var hits = await rows.Where(row => row.Type == OfRules).OrderByDescending(row => row.Number).Take(MostOfRules)
            .Select(row => new { row.Key, row.Arguments, row.Verdict, IsHidden = row.SuppressedBy != null, row.FirstSeen, row.LastSeen, row.Number }).ToListAsync(cancel);
        Tally[] all =
        [
            .. types.Select(one => new Tally(one.Type, null, null, one.Verdict, one.Findings, one.IsHidden ? one.Findings : 0, one.First, one.Last, one.IsHidden ? null : one.Newest)),
            .. hits.Select(one => new Tally(OfRules, RuleOf(one.Key), FindingMapping.Strings(one.Arguments) is [{ } told, ..] ? told : null, one.Verdict, 1, one.IsHidden ? 1 : 0, one.FirstSeen, one.LastSeen, one.IsHidden ? null : one.Number)),
        ];
        if (all.Length == 0) return [];
        long first = since ?? all.Min(one => one.First);
        double days = Math.Max(1, (all.Max(one => one.Last) - first) / (double)Day);
        return [.. all.GroupBy(one => (one.Type, one.Rule)).Select(group => Sum([.. group], days)).OrderByDescending(one => one.IsNoisy).ThenByDescending(one => one.Findings).ThenBy(one => one.Type, StringComparer.Ordinal).ThenBy(one => one.Rule, StringComparer.Ordinal)];
    }

    private static TypeQuality Sum(Tally[] group, double days)
    {
        long Of(Verdict verdict) => group.Where(one => one.Verdict == (int)verdict).Sum(one => one.Findings);
        return new TypeQuality(group[0].Type, group[0].Rule, new CaptureTime(group.Min(one => one.First)), new CaptureTime(group.Max(one => one.Last)))
        {
            RuleSays = group[0].Says,
            Findings = group.Sum(one => one.Findings),
            Suppressed = group.Sum(one => one.Hidden),
            True = Of(Verdict.True),
            FalsePositive = Of(Verdict.FalsePositive),
            Benign = Of(Verdict.Benign),
            Newest = group.Max(one => one.Newest),
            Days = days,
        };
    }

    /// <summary>Type, subject, peer, rule; behind them what an address that changed hands left.</summary>
    private static string RuleOf(string key) => key.Split('|') is { Length: > 3 } parts ? parts[3] : "";
}
