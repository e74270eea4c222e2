using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Run;

/// <summary>What a person asks of a hospital: everything that decides its facts, and how fast it is played.</summary>
internal sealed record LabSettings
{
    /// <summary>Decides the hospital, its day and its scenes.</summary>
    public required int Seed { get; init; }

    /// <summary>How big.</summary>
    public required HospitalSize Size { get; init; }

    /// <summary>The planned day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Time of the day at which the run begins.</summary>
    public required TimeSpan From { get; init; }

    /// <summary>How much of the day is played.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How much faster than the day itself, at least 1.</summary>
    public required double Speed { get; init; }

    /// <summary>Name of the lab on this machine, at most 4 letters: begin of its namespaces' names, so that two labs can run side by side.</summary>
    public required string Name { get; init; }
}
