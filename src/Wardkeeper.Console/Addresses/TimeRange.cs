using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Addresses;

/// <summary>How far back a page looks. It ends at the newest data, not at the wall clock, so that a quiet network does not look empty.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
public readonly record struct TimeRange(string Name)
{
    /// <summary>Range of a page whose address names none.</summary>
    public const string Default = "24h";

    /// <summary>Everything there is: the range of an uploaded capture whose address names none.</summary>
    public const string All = "all";

    private static readonly string[] NamesInCapture = ["1h", "8h", "7d", "30d", All];

    /// <summary>The ranges offered.</summary>
    public static IReadOnlyList<string> Names { get; } = ["1h", "8h", "24h", "7d", "30d"];

    /// <summary>Where everything begins, when that is known.</summary>
    public CaptureTime? First { get; init; }

    /// <summary>The ranges offered at an address: a capture is small enough to be looked at as a whole.</summary>
    public static IReadOnlyList<string> NamesAt(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.One(Session.Look.Key) is null ? Names : NamesInCapture;
    }

    /// <summary>Reads it from an address.</summary>
    public static TimeRange Read(AddressQuery address)
    {
        IReadOnlyList<string> names = NamesAt(address);
        return new TimeRange(address.OneOf("range", names) ?? (ReferenceEquals(names, Names) ? Default : All));
    }

    /// <summary>The first instant of the range.</summary>
    /// <param name="end">The newest data.</param>
    public CaptureTime From(CaptureTime end)
    {
        if (Name == All) return First ?? new CaptureTime(0);
        long hours = Name switch { "1h" => 1, "8h" => 8, "7d" => 7 * 24, "30d" => 30 * 24, _ => 24 };
        return new CaptureTime(end.Nanoseconds - (hours * 3_600 * CaptureTime.PerSecond));
    }
}
