using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Ledger.Queries;

/// <summary>Answers questions about the ledger from what is stored. Devices that were merged into others are not answered.</summary>
public interface IDeviceQueries
{
    /// <summary>A page of devices.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: id, name, type, department, bed, person, ip, vendor, model, first-seen, last-seen, findings, life-cycle. Ties by id.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>How many devices match.</summary>
    Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default);

    /// <summary>Devices by value of one column (type, category, department, vendor, person, life-cycle, consequence, fingerprint, vlan, network: the /24 or /64 of the address), most first. A null value is the devices without one.</summary>
    Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default);

    /// <summary>Everything known of one device; null when there is none, or when it may not be seen.</summary>
    /// <param name="id">Its number. A number that was merged into another answers the other.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}

/// <summary>How many devices have one value.</summary>
/// <param name="Value">The value; null is none.</param>
/// <param name="Count">Devices.</param>
public sealed record ValueCount(string? Value, long Count);
