using Wardkeeper.Console.Addresses;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>What every tile of the overview is computed for, so that all of them speak of the same moment.</summary>
/// <param name="Range">How far back.</param>
/// <param name="AsOf">Newest data.</param>
/// <param name="Devices">Devices in all.</param>
public sealed record OverviewLook(TimeRange Range, CaptureTime AsOf, long Devices)
{
    /// <summary>The first instant of the range.</summary>
    public CaptureTime From => Range.From(AsOf);
}
