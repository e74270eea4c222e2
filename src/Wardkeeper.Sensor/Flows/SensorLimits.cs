using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Every bound of the sensor. All are counted when they bite; all are per shard, so that the outcome does not depend on the number of workers.</summary>
internal sealed record SensorLimits
{
    /// <summary>Flows a shard keeps at once; the longest silent one is ended early.</summary>
    public int FlowsPerShard { get; init; } = 1_000_000 / PacketBatch.Shards;

    /// <summary>Bytes of early segments per direction.</summary>
    public int PendingPerSide { get; init; } = 1 << 20;

    /// <summary>Early segments held per direction of a TCP flow: a sender who scatters small ones must not make each next one costly.</summary>
    public int SegmentsPerSide { get; init; } = 1024;

    /// <summary>Bytes of early segments per shard.</summary>
    public int PendingPerShard { get; init; } = 4 << 20;

    /// <summary>Segments held while recognition is undecided.</summary>
    public int OpeningPieces { get; init; } = 12;

    /// <summary>How often a flow whose beginning was missed, or a datagram flow, is offered to the recognisers.</summary>
    public int Offers { get; init; } = 12;

    /// <summary>Capture time after which a connection attempt without an answer ends (Zeek's tcp_attempt_delay).</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which an open TCP connection ends (Zeek's tcp_inactivity_timeout).</summary>
    public TimeSpan Open { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Capture time for stragglers after both sides closed (Zeek's tcp_close_delay).</summary>
    public TimeSpan Closed { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Capture time for stragglers after a reset (Zeek's tcp_reset_delay).</summary>
    public TimeSpan Reset { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Silence after which a datagram flow ends (Zeek's udp_inactivity_timeout).</summary>
    public TimeSpan Datagram { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Silence after which a link-layer conversation ends.</summary>
    public TimeSpan Link { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a long flow reports.</summary>
    public TimeSpan Report { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a defect of an analyser stops the run, as tests and fuzzing want it, instead of being counted.</summary>
    public bool LetBugsThrough { get; init; }

    /// <summary>Whether copies made by a mirror are used once.</summary>
    public bool RecogniseCopies { get; init; } = true;

    /// <summary>Nanoseconds of a time-out class.</summary>
    public long Nanoseconds(TimeoutClass timeout) => 100 * timeout switch
    {
        TimeoutClass.Attempt => Attempt.Ticks,
        TimeoutClass.Open => Open.Ticks,
        TimeoutClass.Closed => Closed.Ticks,
        TimeoutClass.Reset => Reset.Ticks,
        TimeoutClass.Datagram => Datagram.Ticks,
        _ => Link.Ticks,
    };
}
