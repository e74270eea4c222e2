using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>Open exposures of one kind.</summary>
/// <param name="Type">Kind, the type of finding.</param>
/// <param name="Open">How many are open.</param>
/// <param name="New">How many of them were first seen in the span of time.</param>
public sealed record ExposureCount(string Type, int Open, int New);

/// <summary>Somebody outside who worked on a device.</summary>
/// <param name="From">Address outside.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Protocol">By which protocol.</param>
/// <param name="Sessions">How often.</param>
/// <param name="Last">When last, capture time.</param>
public sealed record VendorWay(Address From, long Device, string? Name, string Protocol, long Sessions, CaptureTime Last);

/// <summary>What a vendor's devices are, expose and owe, in a span of time.</summary>
public sealed record VendorSummary
{
    /// <summary>The vendor: the maker that the ledger names.</summary>
    public required string Vendor { get; init; }

    /// <summary>Its devices.</summary>
    public required long Devices { get; init; }

    /// <summary>Of them those first seen in the span of time.</summary>
    public required long NewDevices { get; init; }

    /// <summary>Their open exposures, most first.</summary>
    public required IReadOnlyList<ExposureCount> Exposures { get; init; }

    /// <summary>Ways in from outside that were used in the span of time, the latest first.</summary>
    public required IReadOnlyList<VendorWay> Ways { get; init; }

    /// <summary>The inside addresses that the vendor holds, and how far they reach; null when it holds none.</summary>
    public VendorReach? Reach { get; init; }

    /// <summary>Questions about its devices that are open.</summary>
    public required int Open { get; init; }

    /// <summary>Of them those whose day is over.</summary>
    public required int Overdue { get; init; }

    /// <summary>Questions about its devices that were answered in the span of time.</summary>
    public required int Answered { get; init; }
}

/// <summary>Answers what vendors have in the hospital.</summary>
public interface IVendorSummaries
{
    /// <summary>Vendors by devices, most first.</summary>
    Task<IReadOnlyList<ValueCount>> VendorsAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>One vendor; null when it has no device that may be seen and holds no address.</summary>
    /// <param name="vendor">The maker as the ledger names it.</param>
    /// <param name="since">Begin of the span of time; its end is now.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<VendorSummary?> OfAsync(string vendor, CaptureTime since, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}

/// <inheritdoc cref="IVendorSummaries"/>
internal sealed class VendorSummaries(IDeviceQueries devices, IFindingQueries findings, ITaskQueries tasks, IHistoryQueries history, IReachQueries reach, LocalNetworks local, TimeProvider time) : IVendorSummaries
{
    private const int MostWays = 50, ReachDays = 30;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ValueCount>> VendorsAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default) =>
        [.. (await devices.CountByAsync("vendor", new DeviceFilter { Visible = visible }, cancel)).Where(one => one.Value is not null)];

    /// <inheritdoc/>
    public async Task<VendorSummary?> OfAsync(string vendor, CaptureTime since, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        Dictionary<long, DeviceLine> lines = [];
        await foreach (DeviceLine line in EveryPage.OfAsync(page => devices.FindAsync(new DeviceFilter { Vendors = [vendor], Visible = visible }, new SortOrder("id"), page, cancel)).WithCancellation(cancel)) lines[line.Id] = line;
        VendorReach? held = (await reach.HeldAsync(ReachDays, visible, cancel)).FirstOrDefault(one => string.Equals(one.Vendor, vendor, StringComparison.OrdinalIgnoreCase));
        if (lines.Count == 0 && held is null) return null;
        StaffTask[] asked = [.. await AskedAsync(lines, cancel)];
        CaptureTime now = Access.WallClock.Now(time);
        return new VendorSummary
        {
            Vendor = vendor,
            Devices = lines.Count,
            NewDevices = lines.Values.Count(line => line.FirstSeen >= since),
            Exposures = await ExposuresAsync(lines.Values, since, cancel),
            Ways = await WaysAsync(lines, since, cancel),
            Reach = held,
            Open = asked.Count(task => task.State == TaskState.Open),
            Overdue = asked.Count(task => task.IsOverdue(now)),
            Answered = asked.Count(task => task.State == TaskState.Answered && task.Ended >= since),
        };
    }

    private async Task<IReadOnlyList<ExposureCount>> ExposuresAsync(IEnumerable<DeviceLine> lines, CaptureTime since, CancellationToken cancel)
    {
        Dictionary<string, (int Open, int New)> kinds = new(StringComparer.Ordinal);
        foreach (DeviceLine line in lines.Where(line => line.OpenFindings > 0))
        {
            await foreach (FindingLine finding in EveryPage.OfAsync(page => findings.FindAsync(new FindingFilter { IsOpen = true, Types = DetectorRegistry.Exposures, Subject = line.Id }, new SortOrder("first"), page, cancel)).WithCancellation(cancel))
            {
                (int open, int fresh) = kinds.GetValueOrDefault(finding.Type);
                kinds[finding.Type] = (open + 1, fresh + (finding.First >= since ? 1 : 0));
            }
        }
        return [.. kinds.Select(kind => new ExposureCount(kind.Key, kind.Value.Open, kind.Value.New)).OrderByDescending(one => one.Open).ThenBy(one => one.Type, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<VendorWay>> WaysAsync(Dictionary<long, DeviceLine> lines, CaptureTime since, CancellationToken cancel)
    {
        List<VendorWay> ways = [];
        await foreach (RemoteAccess one in EveryPage.OfAsync(page => history.RemoteAccessAsync(new FlowFilter { From = since }, new SortOrder("last", true), page, cancel)).WithCancellation(cancel))
        {
            if (local.Contains(one.Originator.Ip) || one.Responder.Device is not { } device || !lines.TryGetValue(device, out DeviceLine? line)) continue;
            ways.Add(new VendorWay(one.Originator.Ip, device, line.Name, one.Protocol, one.Sessions, one.Last));
            if (ways.Count == MostWays) break;
        }
        return ways;
    }

    /// <summary>Questions about the devices.</summary>
    private async Task<IReadOnlyList<StaffTask>> AskedAsync(Dictionary<long, DeviceLine> lines, CancellationToken cancel)
    {
        List<StaffTask> asked = [];
        await foreach (StaffTask task in EveryPage.OfAsync(page => tasks.FindAsync(new TaskFilter(), new SortOrder("number"), page, cancel)).WithCancellation(cancel))
        {
            if (task.Device is { } device && lines.ContainsKey(device)) asked.Add(task);
        }
        return asked;
    }
}
