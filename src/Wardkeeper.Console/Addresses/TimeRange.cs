using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Addresses;

/// <summary>How far back a page looks. It ends at the newest data, not at the wall clock, so that a quiet network does not look empty.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
public readonly record struct TimeRange(string Name)
{
    /// <summary>Range of a page whose address names none.</summary>
    public const string Default = "24h";

    /// <summary>The ranges offered.</summary>
    public static IReadOnlyList<string> Names { get; } = ["1h", "8h", "24h", "7d", "30d"];

    /// <summary>Reads it from an address.</summary>
    public static TimeRange Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new TimeRange(address.OneOf("range", Names) ?? Default);
    }

    /// <summary>The first instant of the range.</summary>
    /// <param name="end">The newest data.</param>
    public CaptureTime From(CaptureTime end)
    {
        long hours = Name switch { "1h" => 1, "8h" => 8, "7d" => 7 * 24, "30d" => 30 * 24, _ => 24 };
        return new CaptureTime(end.Nanoseconds - (hours * 3_600 * CaptureTime.PerSecond));
    }
}
