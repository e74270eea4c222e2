using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Admission;

/// <summary>Reads decisions and sessions, and lets go of those that are older than they are kept.</summary>
internal sealed class AdmissionQueries(StoreFactory stores) : IAdmissionQueries
{
    /// <summary>Most decisions that are kept, whatever their age: a flood of addresses must not fill the disk.</summary>
    public const long MostDecisions = 5_000_000;

    /// <inheritdoc/>
    public async Task<Page<KeptDecision>> DecisionsAsync(AdmissionFilter filter, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using StoreContext context = stores.Open();
        IQueryable<AdmissionDecisionRow> rows = Narrow(context.Set<AdmissionDecisionRow>().AsNoTracking(), filter);
        long total = await rows.LongCountAsync(cancel);
        List<AdmissionDecisionRow> found = await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<KeptDecision>([.. found.Select(row => row.ToDecision())], total);
    }

    /// <inheritdoc/>
    public async Task<KeptDecision?> DecisionAsync(long number, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return (await context.Set<AdmissionDecisionRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number, cancel))?.ToDecision();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AdmissionCount>> CountsAsync(CaptureTime from, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        var counts = await context.Set<AdmissionDecisionRow>().AsNoTracking().Where(row => row.At >= from.Nanoseconds)
            .GroupBy(row => new { row.Segment, row.Outcome, row.Wanted })
            .Select(group => new { group.Key.Segment, group.Key.Outcome, group.Key.Wanted, Count = group.LongCount(), Macs = group.Select(row => row.Mac).Distinct().LongCount() })
            .OrderBy(one => one.Segment).ThenBy(one => one.Outcome).ThenBy(one => one.Wanted).ToListAsync(cancel);
        return [.. counts.Select(one => new AdmissionCount(one.Segment, (AdmissionOutcome)one.Outcome, (AdmissionOutcome)one.Wanted, one.Count, one.Macs))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AdmissionSession>> SessionsAsync(string mac, int most, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<AdmissionSessionRow> rows = await context.Set<AdmissionSessionRow>().AsNoTracking().Where(row => row.Mac == mac).OrderByDescending(row => row.Started).Take(Math.Clamp(most, 1, PageRequest.MaxSize)).ToListAsync(cancel);
        return [.. rows.Select(row => row.ToSession())];
    }

    /// <summary>Lets go of decisions and ended sessions from before a moment, and of the oldest decisions beyond <see cref="MostDecisions"/>.</summary>
    public async Task ForgetAsync(CaptureTime before, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        long from = before.Nanoseconds;
        await context.Set<AdmissionDecisionRow>().Where(row => row.At < from).ExecuteDeleteAsync(cancel);
        await context.Set<AdmissionSessionRow>().Where(row => row.Ended < from).ExecuteDeleteAsync(cancel);
        long highest = await context.Set<AdmissionDecisionRow>().MaxAsync(row => (long?)row.Number, cancel) ?? 0;
        if (await context.Set<AdmissionDecisionRow>().LongCountAsync(cancel) > MostDecisions)
            await context.Set<AdmissionDecisionRow>().Where(row => row.Number <= highest - MostDecisions).ExecuteDeleteAsync(cancel);
    }

    private static IQueryable<AdmissionDecisionRow> Narrow(IQueryable<AdmissionDecisionRow> rows, AdmissionFilter filter)
    {
        if (filter.From is { } from) rows = rows.Where(row => row.At >= from.Nanoseconds);
        if (filter.To is { } to) rows = rows.Where(row => row.At < to.Nanoseconds);
        if (filter.Segment is { } segment) rows = rows.Where(row => row.Segment == segment);
        if (filter.Outcome is { } outcome) rows = rows.Where(row => row.Outcome == (int)outcome);
        if (filter.Wanted is { } wanted) rows = rows.Where(row => row.Wanted == (int)wanted);
        if (filter.Device is { } device) rows = rows.Where(row => row.Device == device);
        if (filter.Mac is { } mac) rows = rows.Where(row => row.Mac == mac);
        return filter.OnlyHeld ? rows.Where(row => row.Outcome != row.Wanted) : rows;
    }
}
