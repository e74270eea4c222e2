using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>How far the indicators of a source are compared with the traffic that was stored before they came.</summary>
/// <param name="From">Begin of what is looked through, capture time.</param>
/// <param name="To">End of it, excluded.</param>
public sealed record LookBackState(CaptureTime From, CaptureTime To)
{
    /// <summary>Up to where it is done.</summary>
    public CaptureTime Done { get; init; }

    /// <summary>Flows and transactions that showed an indicator.</summary>
    public long Hits { get; init; }

    /// <summary>Hours of history that could not be read, and so were not looked through.</summary>
    public int HoursUnread { get; init; }

    /// <summary>Whether all of it is done.</summary>
    public bool IsDone => Done >= To;

    /// <summary>How much is done, 0 to 100.</summary>
    public int Percent => IsDone ? 100 : (int)((Done.Nanoseconds - From.Nanoseconds) / (double)(To.Nanoseconds - From.Nanoseconds) * 100);
}
