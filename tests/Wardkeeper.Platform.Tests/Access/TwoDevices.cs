using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>A ledger of two devices, one in each of two departments: what the API makes of a person's departments is looked at here, not the ledger.</summary>
internal sealed class TwoDevices : IDeviceQueries
{
    private static readonly DeviceLine[] Lines =
    [
        new() { Id = 1, Name = "Pump B12", Category = "infusion", Consequence = "inappropriate-therapy", Department = "ICU", LifeCycle = "in-use", FirstSeen = CaptureTime.FromSeconds(1), LastSeen = CaptureTime.FromSeconds(2) },
        new() { Id = 2, Name = "CT-2", Department = "Radiology", LifeCycle = "in-use", FirstSeen = CaptureTime.FromSeconds(1), LastSeen = CaptureTime.FromSeconds(2) },
    ];

    public Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        DeviceLine[] found = [.. Lines.Where(line => filter.Visible?.Contains(line.Department!) != false && (filter.Ids.Count == 0 || filter.Ids.Contains(line.Id)))];
        return Task.FromResult(new Page<DeviceLine>([.. found.Skip(page.Skip).Take(page.Take)], found.Length));
    }

    public Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult(2L);

    public Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<ValueCount>>([]);

    public Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default) =>
        Task.FromResult(Lines.Where(line => line.Id == id && visible?.Contains(line.Department!) != false).Select(line => new DeviceDetail { Line = line, Revision = 7, Fields = [], Interfaces = [], Offers = [], Uses = [], Events = [] }).FirstOrDefault());
}
