using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Tasks;

namespace Wardkeeper.Storage.Findings;

/// <summary>Answers questions about findings from the relational store.</summary>
internal sealed class FindingQueries(StoreFactory stores, TimeProvider time) : IFindingQueries
{
    private long Now => time.Nanoseconds();

    /// <inheritdoc/>
    public async Task<Page<FindingLine>> FindAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<FindingRow> rows = context.Findings(filter, Now);
        List<FindingRow> found = await rows.Sorted(sort).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        IReadOnlySet<long> holding = await HoldingAsync(context, found, cancel);
        return new([.. found.Select(row => FindingMapping.ToLine(row, IsHidden(row, holding)))], await rows.LongCountAsync(cancel), await AsOfAsync(context, cancel));
    }

    /// <inheritdoc/>
    public async Task<Page<FindingGroup>> GroupsAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<FindingRow> rows = context.Findings(filter, Now);
        var groups = rows.GroupBy(row => new { row.Type, row.Device, Ip = row.Device == null ? row.Ip : "", Mac = row.Device == null && row.Ip == "" ? row.Mac : 0L })
            .Select(group => new
            {
                group.Key.Type,
                Worst = group.Max(row => row.Severity),
                Findings = group.LongCount(),
                Count = group.Sum(row => row.Count),
                First = group.Min(row => row.FirstSeen),
                Last = group.Max(row => row.LastSeen),
                Newest = group.Max(row => row.Number),
            });
        var sorted = (sort.Column, sort.Descending) switch
        {
            ("severity", true) => groups.OrderByDescending(group => group.Worst),
            ("severity", false) => groups.OrderBy(group => group.Worst),
            ("type", true) => groups.OrderByDescending(group => group.Type),
            ("type", false) => groups.OrderBy(group => group.Type),
            ("findings", true) => groups.OrderByDescending(group => group.Findings),
            ("findings", false) => groups.OrderBy(group => group.Findings),
            ("count", true) => groups.OrderByDescending(group => group.Count),
            ("count", false) => groups.OrderBy(group => group.Count),
            ("first", true) => groups.OrderByDescending(group => group.First),
            ("first", false) => groups.OrderBy(group => group.First),
            ("last", true) => groups.OrderByDescending(group => group.Last),
            ("last", false) => groups.OrderBy(group => group.Last),
            _ => throw new ArgumentException($"Groups of findings have no column {sort.Column}; sort by severity, type, findings, count, first or last.", nameof(sort)),
        };
        var found = await sorted.ThenByDescending(group => group.Newest).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        long[] newest = [.. found.Select(group => group.Newest)];
        Dictionary<long, FindingRow> subjects = await context.Set<FindingRow>().AsNoTracking().Where(row => newest.Contains(row.Number)).ToDictionaryAsync(row => row.Number, cancel);
        return new(
            [.. found.Select(group => new FindingGroup(group.Type, FindingMapping.SubjectOf(subjects[group.Newest]), (Severity)group.Worst, group.Findings, group.Count, new CaptureTime(group.First), new CaptureTime(group.Last), group.Newest))],
            await groups.LongCountAsync(cancel),
            await AsOfAsync(context, cancel));
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(FindingFilter filter, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Findings(filter, Now).LongCountAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ValueCount>> CountByAsync(string column, FindingFilter filter, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<FindingRow> rows = context.Findings(filter, Now);
        return column switch
        {
            "type" => await ByTextAsync(rows.Select(row => (string?)row.Type), cancel),
            "department" => await ByTextAsync(rows.Select(row => row.Department), cancel),
            "technique" => await ByTextAsync(rows.Select(row => row.Technique), cancel),
            "assignee" => await ByTextAsync(rows.Select(row => row.Assignee), cancel),
            "severity" => await ByWordAsync(rows.Select(row => (int?)row.Severity), value => ((Severity)value).Word(), cancel),
            "state" => await ByWordAsync(rows.Select(row => (int?)row.State), value => ((FindingState)value).Word(), cancel),
            "verdict" => await ByWordAsync(rows.Select(row => row.Verdict), value => ((Verdict)value).Word(), cancel),
            _ => throw new ArgumentException($"Findings are not counted by {column}; by severity, type, state, verdict, department, technique or assignee.", nameof(column)),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TypeQuality>> QualityAsync(CaptureTime? since = null, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await FindingQuality.OfAsync(context.Findings(new FindingFilter { Since = since, Visible = visible, Suppressed = SuppressedView.Include }, Now), since?.Nanoseconds, cancel);
    }

    /// <inheritdoc/>
    public async Task<CaptureTime?> LatestAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await AsOfAsync(context, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<long, OpenFindings>> OpenOfAsync(IReadOnlyCollection<long> devices, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await OpenOfAsync(context, devices, Now, cancel);
    }

    /// <summary>The same within a question that is being answered.</summary>
    internal static async Task<IReadOnlyDictionary<long, OpenFindings>> OpenOfAsync(StoreContext context, IReadOnlyCollection<long> devices, long now, CancellationToken cancel)
    {
        var found = await context.Findings(new FindingFilter { IsOpen = true }, now).Where(row => row.Device != null && devices.Contains(row.Device.Value))
            .GroupBy(row => row.Device!.Value).Select(group => new { group.Key, Count = group.Count(), Worst = group.Max(row => row.Severity) }).ToListAsync(cancel);
        return found.ToDictionary(one => one.Key, one => new OpenFindings(one.Count, (Severity)one.Worst));
    }

    /// <inheritdoc/>
    public async Task<FindingDetail?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        FindingRow? row = await context.Findings(new FindingFilter { Visible = visible, Suppressed = SuppressedView.Include }, Now).FirstOrDefaultAsync(one => one.Number == number, cancel);
        if (row is null) return null;
        long now = Now;
        SuppressionRow? suppression = row.SuppressedBy is null ? null : await context.Set<SuppressionRow>().AsNoTracking().FirstOrDefaultAsync(one => one.Number == row.SuppressedBy && one.Withdrawn == null && one.Expires > now, cancel);
        List<FindingNoteRow> notes = await context.Set<FindingNoteRow>().AsNoTracking().Where(note => note.Finding == number).OrderBy(note => note.Ordinal).ToListAsync(cancel);
        List<long> tasks = await context.Set<TaskRow>().Where(task => task.Finding == number).OrderByDescending(task => task.Number).Select(task => task.Number).ToListAsync(cancel);
        Dictionary<int, long> judged = await context.Set<FindingRow>().Where(one => one.Type == row.Type && one.Verdict != null).GroupBy(one => one.Verdict!.Value)
            .Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancel);
        JudgedCounts counts = new(judged.GetValueOrDefault((int)Verdict.True), judged.GetValueOrDefault((int)Verdict.FalsePositive), judged.GetValueOrDefault((int)Verdict.Benign));
        return FindingMapping.ToDetail(row, suppression is null ? null : FindingMapping.ToSuppression(suppression), notes, tasks, counts);
    }

    /// <inheritdoc/>
    public async Task<Page<ExposureLine>> ExposuresAsync(ExposureFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<FindingRow> rows = context.Exposures(filter, Now);
        List<FindingRow> found = await rows.Sorted(sort).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        IReadOnlySet<long> holding = await HoldingAsync(context, found, cancel);
        long?[] numbers = [.. found.Select(row => (long?)row.Number)];
        List<TaskRow> tasks = await context.Set<TaskRow>().AsNoTracking().Where(task => numbers.Contains(task.Finding)).OrderBy(task => task.Number).ToListAsync(cancel);
        ILookup<long?, TaskRow> byFinding = tasks.ToLookup(task => task.Finding);
        return new(
            [.. found.Select(row => new ExposureLine(FindingMapping.ToLine(row, IsHidden(row, holding)), FindingMapping.Strings(row.ReachedFrom), byFinding[row.Number].LastOrDefault()?.Number, byFinding[row.Number].LastOrDefault()?.State))],
            await rows.LongCountAsync(cancel),
            await AsOfAsync(context, cancel));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ValueCount>> ExposureKindsAsync(ExposureFilter filter, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await ByTextAsync(context.Exposures(filter, Now).Select(row => (string?)row.Type), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(Suppression Suppression, long Hidden)>> SuppressionsAsync(bool alsoEnded = false, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        long now = Now;
        var found = await context.Set<SuppressionRow>().AsNoTracking().Where(row => alsoEnded || (row.Withdrawn == null && row.Expires > now))
            .Select(row => new { Row = row, Hidden = context.Set<FindingRow>().LongCount(finding => finding.SuppressedBy == row.Number) }).ToListAsync(cancel);
        return [.. found.Select(one => (Suppression: FindingMapping.ToSuppression(one.Row), one.Hidden)).OrderByDescending(one => one.Suppression.Holds(new CaptureTime(now))).ThenByDescending(one => one.Suppression.Number)];
    }

    private static async Task<IReadOnlyList<ValueCount>> ByTextAsync(IQueryable<string?> values, CancellationToken cancel) =>
        [.. (await values.GroupBy(value => value).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(cancel)).OrderByDescending(one => one.Count).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => new ValueCount(one.Key, one.Count))];

    private static async Task<IReadOnlyList<ValueCount>> ByWordAsync(IQueryable<int?> values, Func<int, string> word, CancellationToken cancel) =>
        [.. (await values.GroupBy(value => value).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(cancel)).OrderByDescending(one => one.Count).ThenByDescending(one => one.Key).Select(one => new ValueCount(one.Key is { } value ? word(value) : null, one.Count))];

    /// <summary>The suppressions of these rows that hold now.</summary>
    private async Task<IReadOnlySet<long>> HoldingAsync(StoreContext context, List<FindingRow> rows, CancellationToken cancel)
    {
        long now = Now;
        long[] numbers = [.. rows.Select(row => row.SuppressedBy).OfType<long>().Distinct()];
        return numbers.Length == 0 ? new HashSet<long>() : (await context.Set<SuppressionRow>().Where(one => numbers.Contains(one.Number) && one.Withdrawn == null && one.Expires > now).Select(one => one.Number).ToListAsync(cancel)).ToHashSet();
    }

    private static bool IsHidden(FindingRow row, IReadOnlySet<long> holding) => row.SuppressedBy is { } by && holding.Contains(by);

    private static async Task<CaptureTime?> AsOfAsync(StoreContext context, CancellationToken cancel) =>
        await context.Set<FindingRow>().MaxAsync(row => (long?)row.LastSeen, cancel) is { } last ? new CaptureTime(last) : null;
}

/// <summary>The clock on the wall as the store keeps it.</summary>
internal static class WallClock
{
    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public static long Nanoseconds(this TimeProvider time) => CaptureTime.FromDate(time.GetUtcNow()).Nanoseconds;
}
