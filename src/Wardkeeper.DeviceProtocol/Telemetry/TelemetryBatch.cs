namespace Wardkeeper.DeviceProtocol;

/// <summary>Several envelopes on one way. Each is judged by itself: a bad one does not take the others with it.</summary>
/// <param name="Envelopes">1 to 256, each as the bytes that the device made (<see cref="TelemetryEnvelope"/>).</param>
public sealed record TelemetryBatch(IReadOnlyList<byte[]> Envelopes) : IMessage<TelemetryBatch>
{
    /// <summary>Most envelopes in one.</summary>
    public const int MaxEnvelopes = 256;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.TelemetryBatch;

    /// <summary>1 MiB: who sends puts only so many envelopes into one.</summary>
    public static int MaxLength => 1 << 20;

    /// <inheritdoc/>
    public static TelemetryBatch Read(ref WireReader reader)
    {
        byte[][] envelopes = new byte[reader.Count(1, MaxEnvelopes)][];
        for (int i = 0; i < envelopes.Length; i++) envelopes[i] = reader.Bytes32(1, TelemetryEnvelope.MaxLength);
        return new TelemetryBatch(envelopes);
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Count(Envelopes.Count, 1, MaxEnvelopes);
        foreach (byte[] envelope in Envelopes) writer.Bytes32(envelope, 1, TelemetryEnvelope.MaxLength);
    }
}

/// <summary>What became of an envelope.</summary>
public enum TelemetryOutcome : byte
{
    /// <summary>It lies on the hub's disk. It may be forgotten.</summary>
    Stored = 0,

    /// <summary>The same bytes lay there already: an answer was lost on its way. It may be forgotten.</summary>
    StoredBefore = 1,

    /// <summary>No envelope, or beyond a bound. Sending it again does not help.</summary>
    Malformed = 2,

    /// <summary>It names another certificate than the connection, or another device's.</summary>
    IdentityDiffers = 3,

    /// <summary>Its signature is wrong.</summary>
    BadSignature = 4,

    /// <summary>Its counter was used for other bytes.</summary>
    CounterUsed = 5,

    /// <summary>Its counter is too far below the highest, so whether it was there already is not known any more.</summary>
    CounterTooOld = 6,

    /// <summary>Its time is too far ahead of the hub's, or too long ago.</summary>
    TimeOff = 7,

    /// <summary>Its boot id was used before another one.</summary>
    BootReused = 8,

    /// <summary>The hub could not store it. Send it again later.</summary>
    NotNow = 9,

    /// <summary>The hub does not speak its suite. It was not taken and may be signed anew in another one that its owner names.</summary>
    UnknownSuite = 10,
}

/// <summary>What became of each envelope of a batch.</summary>
/// <param name="At">The hub's time, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Highest">Highest counter that lies on the hub's disk for this device; 0 when there is none.</param>
/// <param name="Outcomes">As many as there were envelopes, in their order.</param>
public sealed record TelemetryReceipt(long At, ulong Highest, IReadOnlyList<TelemetryOutcome> Outcomes) : IMessage<TelemetryReceipt>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.TelemetryReceipt;

    /// <inheritdoc/>
    public static int MaxLength => 512;

    /// <inheritdoc/>
    public static TelemetryReceipt Read(ref WireReader reader)
    {
        long at = reader.Time();
        ulong highest = reader.U64();
        reader.Require(highest <= TelemetryEnvelope.MaxCounter);
        TelemetryOutcome[] outcomes = new TelemetryOutcome[reader.Count(1, TelemetryBatch.MaxEnvelopes)];
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = (TelemetryOutcome)reader.U8();
            reader.Require(outcomes[i] <= TelemetryOutcome.UnknownSuite);
        }
        return new TelemetryReceipt(at, highest, outcomes);
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Time(At).U64(Highest).Count(Outcomes.Count, 1, TelemetryBatch.MaxEnvelopes);
        foreach (TelemetryOutcome outcome in Outcomes) writer.U8((byte)outcome);
    }
}
