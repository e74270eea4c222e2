using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Reads what persons said of devices that have a fingerprint.</summary>
internal sealed class TaughtQueries(StoreFactory stores) : ITaughtQueries
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<KnowledgeEntry>> TaughtAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<DeviceRow> devices = context.Set<DeviceRow>().AsNoTracking().Where(row => row.Fingerprint != null && row.MergedInto == 0);
        if (visible is not null) devices = devices.Where(row => row.Department != null && visible.Contains(row.Department));
        var said = await devices
            .Join(context.Set<DeviceFieldRow>().Where(field => AlikeValue.Fields.Contains(field.Field)), row => row.Id, field => field.DeviceId, (row, field) => new { row.Fingerprint, field.Field, field.Value, field.Who, row.Id })
            .OrderBy(one => one.Fingerprint).ThenBy(one => one.Field).ThenBy(one => one.Id)
            .Take(Taught.Most)
            .ToListAsync(cancel);
        return [.. said.Select(one => Taught.Entry(one.Fingerprint!, one.Field, one.Value, one.Who)).OfType<KnowledgeEntry>().DistinctBy(entry => entry.Id)];
    }
}
