using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>The real answers, or a failure of ours when one is set.</summary>
internal sealed class SwitchedDevices(IDeviceQueries real) : IDeviceQueries
{
    /// <summary>Fails every question with this, when set.</summary>
    public Exception? Broken { get; set; }

    private IDeviceQueries Asked => Broken is { } failure ? throw failure : real;

    public Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default) => Asked.FindAsync(filter, sort, page, cancel);

    public Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default) => Asked.CountAsync(filter, cancel);

    public Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default) => Asked.CountByAsync(column, filter, cancel);

    public Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default) => Asked.GetAsync(id, visible, cancel);
}
