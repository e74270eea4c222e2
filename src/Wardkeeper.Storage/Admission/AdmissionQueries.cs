using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

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
        IQueryable<AdmissionDecisionRow> rows = Narrow(context, filter);
        long total = await rows.LongCountAsync(cancel);
        List<AdmissionDecisionRow> found = await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<KeptDecision>([.. found.Select(row => row.ToDecision())], total);
    }

    /// <inheritdoc/>
    public async Task<KeptDecision?> DecisionAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return (await Narrow(context, new AdmissionFilter { Number = number, Visible = visible }).FirstOrDefaultAsync(cancel))?.ToDecision();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AdmissionCount>> CountsAsync(CaptureTime from, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        var counts = await Narrow(context, new AdmissionFilter(from) { Visible = visible })
            .GroupBy(row => new { row.Segment, row.Outcome, row.Wanted })
            .Select(group => new { group.Key.Segment, group.Key.Outcome, group.Key.Wanted, Count = group.LongCount(), Macs = group.Select(row => row.Mac).Distinct().LongCount() })
            .OrderBy(one => one.Segment).ThenBy(one => one.Outcome).ThenBy(one => one.Wanted).ToListAsync(cancel);
        return [.. counts.Select(one => new AdmissionCount(one.Segment, (AdmissionOutcome)one.Outcome, (AdmissionOutcome)one.Wanted, one.Count, one.Macs))];
    }

    /// <inheritdoc/>
    public async Task<Page<KeptSession>> SessionsAsync(SessionFilter filter, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using StoreContext context = stores.Open();
        IQueryable<AdmissionSessionRow> rows = await NarrowAsync(context, filter, cancel);
        long total = await rows.LongCountAsync(cancel);
        List<AdmissionSessionRow> found = await rows.OrderByDescending(row => row.Started).ThenBy(row => row.Nas).ThenBy(row => row.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        long[] numbers = [.. found.Select(row => row.Decision).OfType<long>().Distinct()];
        var decisions = await context.Set<AdmissionDecisionRow>().AsNoTracking().Where(row => numbers.Contains(row.Number)).Select(row => new { row.Number, row.Device, row.Segment }).ToDictionaryAsync(row => row.Number, cancel);
        return new Page<KeptSession>([.. found.Select(row => decisions.TryGetValue(row.Decision ?? 0, out var by) ? new KeptSession(row.ToSession(), by.Device, by.Segment) : new KeptSession(row.ToSession(), null, null))], total);
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

    private static IQueryable<AdmissionDecisionRow> Narrow(StoreContext context, AdmissionFilter filter)
    {
        IQueryable<AdmissionDecisionRow> rows = context.Set<AdmissionDecisionRow>().AsNoTracking();
        if (filter.Number is { } number) rows = rows.Where(row => row.Number == number);
        if (filter.From is { } from) rows = rows.Where(row => row.At >= from.Nanoseconds);
        if (filter.To is { } to) rows = rows.Where(row => row.At < to.Nanoseconds);
        if (filter.Segment is { } segment) rows = rows.Where(row => row.Segment == segment);
        if (filter.Outcome is { } outcome) rows = rows.Where(row => row.Outcome == (int)outcome);
        if (filter.Wanted is { } wanted) rows = rows.Where(row => row.Wanted == (int)wanted);
        if (filter.Device is { } device) rows = rows.Where(row => row.Device == device);
        if (filter.Mac is { } mac) rows = rows.Where(row => row.Mac == mac);
        if (filter.Nas is { } nas) rows = rows.Where(row => row.Nas == nas || row.NasIdentifier == nas);
        if (filter.Reason is { } reason)
        {
            string first = AdmissionDecisionRow.Deciding(reason);
            rows = rows.Where(row => row.Reasons.StartsWith(first));
        }
        if (filter.OnlyAgainst) rows = rows.Where(row => row.Wanted != (int)AdmissionOutcome.Admit);
        if (filter.Visible is { } visible)
        {
            string[] departments = [.. visible];
            rows = rows.Where(row => context.Set<DeviceRow>().Any(one => one.Id == row.Device && one.Department != null && departments.Contains(one.Department)));
        }
        return filter.OnlyHeld ? rows.Where(row => row.Outcome != row.Wanted) : rows;
    }

    private static async Task<IQueryable<AdmissionSessionRow>> NarrowAsync(StoreContext context, SessionFilter filter, CancellationToken cancel)
    {
        IQueryable<AdmissionSessionRow> rows = context.Set<AdmissionSessionRow>().AsNoTracking();
        if (filter.IsOpen is { } isOpen) rows = rows.Where(row => (row.Ended == null) == isOpen);
        if (filter.Mac is { } mac) rows = rows.Where(row => row.Mac == mac);
        if (filter.Nas is { } nas) rows = rows.Where(row => row.Nas == nas || row.NasIdentifier == nas);
        if (filter.Device is { } device)
        {
            string[] cards = [.. (await context.Set<InterfaceRow>().AsNoTracking().Where(row => row.DeviceId == device && row.Mac != 0).Select(row => row.Mac).ToListAsync(cancel)).Select(one => new MacAddress((ulong)one).ToString())];
            rows = rows.Where(row => (row.Mac != null && cards.Contains(row.Mac)) || context.Set<AdmissionDecisionRow>().Any(one => one.Number == row.Decision && one.Device == device));
        }
        if (filter.Segment is not null || filter.Visible is not null)
        {
            IQueryable<AdmissionDecisionRow> decisions = Narrow(context, new AdmissionFilter(Segment: filter.Segment) { Visible = filter.Visible });
            rows = rows.Where(row => decisions.Any(one => one.Number == row.Decision));
        }
        return rows;
    }
}
