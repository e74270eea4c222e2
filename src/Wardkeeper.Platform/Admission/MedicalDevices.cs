using System.Collections.Frozen;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Platform.Admission;

/// <summary>Which devices of the ledger treat, measure or image patients, from memory. One of no known type counts as medical: the file of what was known last lets it in even when its answer is over.</summary>
internal sealed class MedicalDevices(IDeviceQueries devices)
{
    private volatile FrozenSet<long> others = [];

    /// <summary>Whether a device is medical, or may be.</summary>
    public bool Contains(long device) => !others.Contains(device);

    /// <summary>Reads them again.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        List<long> found = [];
        await foreach (DeviceLine line in EveryPage.OfAsync(page => devices.FindAsync(new DeviceFilter(), new SortOrder("id"), page, cancel)))
        {
            if (line.Category is { } category && !DeviceFacts.IsMedicalCategory(category)) found.Add(line.Id);
        }
        others = found.ToFrozenSet();
    }
}
