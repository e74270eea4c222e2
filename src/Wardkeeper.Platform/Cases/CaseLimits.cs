using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Platform.Cases;

/// <summary>What an uploaded capture may cost.</summary>
internal sealed record CaseLimits
{
    /// <summary>Bytes of the disk that uploads leave free.</summary>
    public long LeaveFree { get; init; } = 512L << 20;

    /// <summary>How far a compressed capture may expand.</summary>
    public ExpansionLimit Expansion { get; init; } = new(256L << 20, 100, 32L << 30);

    /// <summary>Days that one capture may spread over: each is a file of history.</summary>
    public int Days { get; init; } = 400;

    /// <summary>Uploads that are received at the same time; the others wait.</summary>
    public int Uploads { get; init; } = 4;

    /// <summary>How long the stores of a case may refuse before its analysis is given up.</summary>
    public TimeSpan Refusing { get; init; } = TimeSpan.FromSeconds(30);
}
