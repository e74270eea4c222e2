using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor;

/// <summary>What a run of the sensor is given.</summary>
public sealed record SensorOptions
{
    /// <summary>Threads that work; the output does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Which addresses are the site's.</summary>
    public LocalNetworks Local { get; init; } = LocalNetworks.Default;

    /// <summary>Masks patients' identifiers.</summary>
    public PatientMasker Masker { get; init; } = new();

    /// <summary>Rules that are run over the traffic; null for none.</summary>
    public Signatures.RuleSet? Rules { get; init; }

    /// <summary>Sums of files that are computed beside SHA-256.</summary>
    public FileSums Sums { get; init; }

    /// <summary>Whether streams are looked into with every segment, and not when enough came or the other side answers.</summary>
    internal bool LooksAtOnce { get; init; }

    /// <summary>Every bound.</summary>
    internal SensorLimits Limits { get; init; } = new();
}
