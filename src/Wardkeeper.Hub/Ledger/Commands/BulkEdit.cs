using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Ledger.Commands;

/// <summary>The same edit for many devices: those that are named, or all that a filter finds when it is carried out.</summary>
public sealed record BulkEdit
{
    /// <summary>Devices by number; null when <see cref="Filter"/> says which.</summary>
    public IReadOnlyList<long>? Devices { get; init; }

    /// <summary>Devices by filter; null when <see cref="Devices"/> says which.</summary>
    public DeviceFilter? Filter { get; init; }

    /// <summary>How many the person saw; when the filter finds another number, nothing is changed. Null when it does not matter.</summary>
    public long? Expected { get; init; }

    /// <summary>Values by API name; null removes a person's value.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get; init; } = new Dictionary<string, string?>();

    /// <summary>Labels they shall have.</summary>
    public IReadOnlyList<string> AddLabels { get; init; } = [];

    /// <summary>Labels they shall not have.</summary>
    public IReadOnlyList<string> RemoveLabels { get; init; } = [];

    /// <summary>Carries it out in one operation.</summary>
    /// <param name="who">Who acts.</param>
    /// <param name="devices">Finds the devices.</param>
    /// <param name="commands">Changes them.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<LedgerResult> ApplyAsync(Actor who, IDeviceQueries devices, ILedgerCommands commands, string? reason, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentNullException.ThrowIfNull(commands);
        bool hasLabels = AddLabels.Count + RemoveLabels.Count > 0;
        if (Fields.Count == 0 && !hasLabels) return Failed(LedgerStatus.Invalid, "no field and no label was given");
        if (Devices is null == Filter is null) return Failed(LedgerStatus.Invalid, "say which devices: either by number or by filter");
        IReadOnlyList<long> numbers = Devices?.Distinct().ToArray() ?? await FindAsync(Filter! with { Visible = who.Departments }, devices, cancel);
        if (Expected is { } expected && expected != numbers.Count) return Failed(LedgerStatus.Conflict, $"{expected} devices were expected and {numbers.Count} match now; look at them again");
        if (numbers.Count == 0) return Failed(LedgerStatus.NotFound, "no device matches");
        List<LedgerChange> changes = [];
        foreach (long number in numbers)
        {
            if (Fields.Count > 0) changes.Add(new EditDevice(number, Fields));
            if (hasLabels) changes.Add(new ChangeLabels(number, AddLabels, RemoveLabels));
        }
        return await commands.ApplyAsync(who, changes, reason, cancel);
    }

    private static async Task<IReadOnlyList<long>> FindAsync(DeviceFilter filter, IDeviceQueries devices, CancellationToken cancel)
    {
        List<long> numbers = [];
        for (int number = 1; ; number++)
        {
            Page<DeviceLine> page = await devices.FindAsync(filter, new SortOrder("id"), new PageRequest(number, PageRequest.MaxSize), cancel);
            numbers.AddRange(page.Items.Select(line => line.Id));
            if (page.Items.Count < PageRequest.MaxSize || numbers.Count > LedgerEditor.MostChanges) return numbers;
        }
    }

    private static LedgerResult Failed(LedgerStatus status, string message) => new(status, 0, [], [new LedgerProblem(0, status, null, message)]);
}
