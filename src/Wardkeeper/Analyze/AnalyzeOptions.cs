using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>What <c>wardkeeper analyze</c> was asked to do.</summary>
internal sealed record AnalyzeOptions
{
    public required IReadOnlyList<string> Files { get; init; }

    public string? OutputFolder { get; init; }

    public bool Json { get; init; }

    public int Workers { get; init; } = 1;

    public LocalNetworks Local { get; init; } = LocalNetworks.Default;

    public string? KeyFile { get; init; }

    public bool Chinese { get; init; }
}
