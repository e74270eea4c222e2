using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Cases;

/// <summary>A case to look at. It holds nothing open: each question borrows the case's stores from the pool.</summary>
internal sealed class CaseWorkspace(long number, CasePool pool) : IWorkspace, IDeviceQueries, IFindingQueries, IHistoryQueries
{
    /// <inheritdoc/>
    public long? Case => number;

    /// <inheritdoc/>
    public IDeviceQueries Devices => this;

    /// <inheritdoc/>
    public IFindingQueries Findings => this;

    /// <inheritdoc/>
    public IHistoryQueries History => this;

    Task<Page<DeviceLine>> IDeviceQueries.FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Devices.FindAsync(filter, sort, page, cancel), cancel);

    Task<long> IDeviceQueries.CountAsync(DeviceFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Devices.CountAsync(filter, cancel), cancel);

    Task<IReadOnlyList<ValueCount>> IDeviceQueries.CountByAsync(string column, DeviceFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Devices.CountByAsync(column, filter, cancel), cancel);

    Task<DeviceDetail?> IDeviceQueries.GetAsync(long id, IReadOnlySet<string>? visible, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Devices.GetAsync(id, visible, cancel), cancel);

    Task<Page<FindingLine>> IFindingQueries.FindAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.FindAsync(filter, sort, page, cancel), cancel);

    Task<Page<FindingGroup>> IFindingQueries.GroupsAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.GroupsAsync(filter, sort, page, cancel), cancel);

    Task<long> IFindingQueries.CountAsync(FindingFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.CountAsync(filter, cancel), cancel);

    Task<IReadOnlyList<ValueCount>> IFindingQueries.CountByAsync(string column, FindingFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.CountByAsync(column, filter, cancel), cancel);

    Task<IReadOnlyList<TypeQuality>> IFindingQueries.QualityAsync(CaptureTime? since, IReadOnlySet<string>? visible, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.QualityAsync(since, visible, cancel), cancel);

    Task<CaptureTime?> IFindingQueries.LatestAsync(CancellationToken cancel) => pool.AskAsync(number, store => store.Findings.LatestAsync(cancel), cancel);

    Task<IReadOnlyDictionary<long, OpenFindings>> IFindingQueries.OpenOfAsync(IReadOnlyCollection<long> devices, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.OpenOfAsync(devices, cancel), cancel);

    Task<FindingDetail?> IFindingQueries.GetAsync(long id, IReadOnlySet<string>? visible, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.GetAsync(id, visible, cancel), cancel);

    Task<Page<ExposureLine>> IFindingQueries.ExposuresAsync(ExposureFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.ExposuresAsync(filter, sort, page, cancel), cancel);

    Task<IReadOnlyList<ValueCount>> IFindingQueries.ExposureKindsAsync(ExposureFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.ExposureKindsAsync(filter, cancel), cancel);

    Task<IReadOnlyList<(Hub.Findings.Suppression Suppression, long Hidden)>> IFindingQueries.SuppressionsAsync(bool alsoEnded, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.Findings.SuppressionsAsync(alsoEnded, cancel), cancel);

    Task<Page<HistoryFlow>> IHistoryQueries.FlowsAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.FlowsAsync(filter, sort, page, cancel), cancel);

    Task<Page<HistoryTransaction>> IHistoryQueries.TransactionsAsync(TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.TransactionsAsync(filter, sort, page, cancel), cancel);

    Task<IReadOnlyList<ActivityBucket>> IHistoryQueries.ActivityAsync(FlowFilter filter, TimeSpan bucket, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.ActivityAsync(filter, bucket, cancel), cancel);

    Task<IReadOnlyList<Peer>> IHistoryQueries.PeersAsync(long device, FlowFilter filter, int limit, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.PeersAsync(device, filter, limit, cancel), cancel);

    Task<IReadOnlyList<DevicePair>> IHistoryQueries.PairsAsync(FlowFilter filter, int limit, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.PairsAsync(filter, limit, cancel), cancel);

    Task<Page<Conversation>> IHistoryQueries.ConversationsAsync(ConversationSubject subject, TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.ConversationsAsync(subject, filter, sort, page, cancel), cancel);

    Task<Page<RemoteAccess>> IHistoryQueries.RemoteAccessAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.RemoteAccessAsync(filter, sort, page, cancel), cancel);

    Task<IReadOnlyList<LogSeen>> IHistoryQueries.LogsAsync(TransactionFilter filter, CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.LogsAsync(filter, cancel), cancel);

    Task<HistoryRange> IHistoryQueries.RangeAsync(CancellationToken cancel) =>
        pool.AskAsync(number, store => store.History.RangeAsync(cancel), cancel);
}

/// <summary>The live network.</summary>
internal sealed class LiveWorkspace(IDeviceQueries devices, IFindingQueries findings, IHistoryQueries history) : IWorkspace
{
    /// <inheritdoc/>
    public long? Case => null;

    /// <inheritdoc/>
    public IDeviceQueries Devices => devices;

    /// <inheritdoc/>
    public IFindingQueries Findings => findings;

    /// <inheritdoc/>
    public IHistoryQueries History => history;
}

/// <summary>The live network and the cases that can be looked at.</summary>
internal sealed class Workspaces(LiveWorkspace live, CaseRows rows, CasePool pool) : IWorkspaces
{
    /// <inheritdoc/>
    public IWorkspace Live => live;

    /// <inheritdoc/>
    public async Task<IWorkspace?> OpenAsync(long number, CancellationToken cancel = default) =>
        await rows.GetAsync(number, cancel) is { CanOpen: true } && pool.IsThere(number) ? new CaseWorkspace(number, pool) : null;
}
