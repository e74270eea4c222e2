using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.Hub.Trust.Telemetry;

/// <summary>
/// What is remembered of a device's telemetry, within a fixed bound (about 6 kB): which counters were there, digests of the last 256
/// envelopes, and which counters each of the last sixteen boot ids had. It is stored in the same transaction as the envelopes, before they
/// are acknowledged.
/// </summary>
internal sealed class TelemetryState
{
    /// <summary>Envelopes whose digest is known.</summary>
    public const int DigestsKept = 256;

    /// <summary>Boot ids that are known.</summary>
    public const int BootsKept = 16;

    private const int DigestLength = 16;
    private readonly Dictionary<ulong, byte[]> digests = [];
    private readonly Queue<ulong> order = new();
    private readonly List<Boot> boots = [];

    private TelemetryState(CounterWindow window) => Window = window;

    /// <summary>Nothing was there yet.</summary>
    public TelemetryState()
        : this(new CounterWindow())
    {
    }

    /// <summary>Which counters were there.</summary>
    public CounterWindow Window { get; }

    /// <summary>How an envelope stands to those before it; changes nothing.</summary>
    /// <param name="envelope">The envelope, its signature checked.</param>
    /// <param name="bytes">Its bytes.</param>
    public TelemetryOutcome Judge(TelemetryEnvelope envelope, ReadOnlySpan<byte> bytes)
    {
        switch (Window.Judge(envelope.Counter))
        {
            case CounterState.TooOld:
                return TelemetryOutcome.CounterTooOld;
            case CounterState.Used when digests.TryGetValue(envelope.Counter, out byte[]? known):
                return known.AsSpan().SequenceEqual(Digest(bytes)) ? TelemetryOutcome.StoredBefore : TelemetryOutcome.CounterUsed;
            case CounterState.Used:
                return TelemetryOutcome.CounterTooOld;
            default:
                return IsBootConsistent(Convert.ToHexStringLower(envelope.Boot), envelope.Counter) ? TelemetryOutcome.Stored : TelemetryOutcome.BootReused;
        }
    }

    /// <summary>An envelope that was judged <see cref="TelemetryOutcome.Stored"/> is being stored.</summary>
    public void Take(TelemetryEnvelope envelope, ReadOnlySpan<byte> bytes)
    {
        Window.Take(envelope.Counter);
        digests[envelope.Counter] = Digest(bytes);
        order.Enqueue(envelope.Counter);
        if (order.Count > DigestsKept) digests.Remove(order.Dequeue());
        string id = Convert.ToHexStringLower(envelope.Boot);
        int at = boots.FindIndex(boot => boot.Id == id);
        if (at >= 0) boots[at] = boots[at].With(envelope.Counter);
        else boots.Add(new Boot(id, envelope.Counter, envelope.Counter));
        if (boots.Count > BootsKept) boots.Remove(boots.MinBy(static boot => boot.Highest)!);
    }

    /// <summary>As bytes.</summary>
    public byte[] Save()
    {
        WireWriter writer = new WireWriter().U8(1).Bytes16(Window.Save(), 1, ushort.MaxValue).Count(order.Count, 0, DigestsKept);
        foreach (ulong counter in order) writer.U64(counter).Exactly(digests[counter], DigestLength);
        writer.Count(boots.Count, 0, BootsKept);
        foreach (Boot boot in boots) writer.Exactly(Convert.FromHexString(boot.Id), TelemetryEnvelope.BootLength).U64(boot.Lowest).U64(boot.Highest);
        return writer.Written.ToArray();
    }

    /// <summary>From bytes; null when they are none of <see cref="Save"/>'s.</summary>
    public static TelemetryState? Restore(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.Require(reader.U8() == 1);
        if (CounterWindow.Restore(reader.Bytes16(1, ushort.MaxValue)) is not { } window) return null;
        TelemetryState state = new(window);
        int known = reader.Count(0, DigestsKept);
        for (int i = 0; i < known; i++)
        {
            ulong counter = reader.U64();
            state.order.Enqueue(counter);
            state.digests[counter] = reader.Exactly(DigestLength).ToArray();
        }
        int boots = reader.Count(0, BootsKept);
        for (int i = 0; i < boots; i++) state.boots.Add(new Boot(Convert.ToHexStringLower(reader.Exactly(TelemetryEnvelope.BootLength)), reader.U64(), reader.U64()));
        return reader.Fault == ProtocolFault.None && reader.Left == 0 ? state : null;
    }

    /// <summary>Counters rise over all starts, so those of one start lie together: no start's lie among another's.</summary>
    private bool IsBootConsistent(string id, ulong counter)
    {
        Boot own = (boots.Find(boot => boot.Id == id) ?? new Boot(id, counter, counter)).With(counter);
        return boots.TrueForAll(other => other.Id == id || other.Highest < own.Lowest || other.Lowest > own.Highest);
    }

    private static byte[] Digest(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..DigestLength];

    private sealed record Boot(string Id, ulong Lowest, ulong Highest)
    {
        public Boot With(ulong counter) => this with { Lowest = Math.Min(Lowest, counter), Highest = Math.Max(Highest, counter) };
    }
}
