using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>How captures are played back as if they happened now.</summary>
internal sealed record PacedOptions
{
    /// <summary>Files and folders, as <see cref="CaptureFiles.Open(IReadOnlyList{string})"/> takes them; read once for each pass, so not standard input.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Capture time at which playing in rhythm begins; null for the clock's time when the source is made.</summary>
    public CaptureTime? Start { get; init; }

    /// <summary>
    /// How much of the first pass is handed out at once, with times before <see cref="Start"/>, as if it had just happened; null for
    /// all of it, so that whoever looks sees everything within seconds.
    /// </summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>
    /// How many times faster than recorded it is played after the lead. Times shrink with it, so capture time keeps to the clock
    /// and never lies in the future.
    /// </summary>
    public double Factor { get; init; } = 1;

    /// <summary>How often the captures are played; null for ever.</summary>
    public int? Passes { get; init; }

    /// <summary>Quiet between two passes.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a batch stays open when little or nothing comes.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);
}
