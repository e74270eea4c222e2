using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// A source that goes on: a network interface, or a capture that is played back in its own rhythm. Its
/// <see cref="ICaptureSource.TryRead"/> also returns false when nothing is due; the reader then closes its batch at
/// <see cref="Now"/>, so that flows end and results go out although no packet comes.
/// </summary>
internal interface ILiveSource : ICaptureSource
{
    /// <summary>A new batch begins: from here on reading waits for frames no longer than one tick, a fraction of a second of wall-clock time.</summary>
    void BeginBatch();

    /// <summary>Capture time up to which everything has been handed out; never falls. Valid after <see cref="ICaptureSource.TryRead"/> gave nothing.</summary>
    CaptureTime Now { get; }

    /// <summary>Whether nothing will ever come again.</summary>
    bool HasEnded { get; }

    /// <summary>Whether what comes next has nothing to do with what came before, so that every flow ends here; asking clears it. Asked after <see cref="ICaptureSource.TryRead"/> gave nothing.</summary>
    bool TakeBreak() => false;

    /// <summary>Adds what the source itself counts: packets that the kernel had to drop, in all and by interface.</summary>
    void AddCounters(SensorCounters into)
    {
    }
}
