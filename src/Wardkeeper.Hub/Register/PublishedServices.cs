using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>What the border makes reachable from outside, by the table that is in force.</summary>
/// <param name="All">Its services.</param>
/// <param name="Since">Since when the table is in force; wall-clock time.</param>
/// <param name="Table">The table's number; null when none is in force.</param>
public sealed record PublishedServices(IReadOnlyList<PublishedService> All, CaptureTime Since, long? Table)
{
    /// <summary>Nobody said what is published.</summary>
    public static PublishedServices None { get; } = new([], default, null);
}
