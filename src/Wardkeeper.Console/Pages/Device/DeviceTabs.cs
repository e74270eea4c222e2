using System.Collections.Immutable;

namespace Wardkeeper.Console.Pages.Device;

/// <summary>
/// The tabs of a device, one line each: a component with the parameters <c>Detail</c> (what the ledger knows), <c>AsOf</c> (newest
/// data) and <c>Person</c>. A tab stands here once something produces what it shows.
/// </summary>
public static class DeviceTabs
{
    /// <summary>The tabs, from left to right; the first is open when the address names none.</summary>
    public static ImmutableArray<DeviceTab> All { get; } =
    [
        new("summary", typeof(SummaryTab)),
        new("claims", typeof(ClaimsTab)),
        new("peers", typeof(PeersTab)),
        new("reach", typeof(ReachTab)),
        new("services", typeof(ServicesTab)),
        new("traffic", typeof(TrafficTab)),
        new("findings", typeof(FindingsTab)),
        new("admission", typeof(AdmissionTab)),
        new("timeline", typeof(TimelineTab)),
    ];
}

/// <summary>A tab of a device.</summary>
/// <param name="Key">Its name in the address; its text is <c>tab.KEY</c> in Words.</param>
/// <param name="Component">What it shows.</param>
public sealed record DeviceTab(string Key, Type Component);
