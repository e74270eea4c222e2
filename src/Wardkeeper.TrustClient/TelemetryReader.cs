using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.TrustClient;

/// <summary>What a reader makes of an envelope.</summary>
public enum ReadingState
{
    /// <summary>The device said so, and it was not read before.</summary>
    Good,

    /// <summary>It is no envelope.</summary>
    Malformed,

    /// <summary>Its certificate does not count (any more), or the hub does not know its key.</summary>
    IdentityBad,

    /// <summary>Its signature is wrong.</summary>
    SignatureBad,

    /// <summary>It was read before, or is too old to tell.</summary>
    Replayed,

    /// <summary>It is encrypted, and this reader has no key that opens it.</summary>
    NoKey,
}

/// <summary>A reading.</summary>
/// <param name="State">What it is.</param>
/// <param name="Device">Number of the device in the ledger; 0 when not known.</param>
/// <param name="Envelope">The envelope; null when it is none.</param>
/// <param name="Payload">The payload in clear; null when the state is not good.</param>
public sealed record Reading(ReadingState State, ulong Device, TelemetryEnvelope? Envelope, byte[]? Payload);

/// <summary>
/// Reads telemetry at a server or an app, by whichever way it came: identity and revocation by the hub, signature, replay, decryption with
/// the data keys that the hub hands out. Answers of the hub count for ten seconds; data keys are fetched when one is missing, once in
/// ten seconds at most. Not for several threads at once. It remembers the counters of 4,096 devices while it lives; who must hold replays off over a
/// restart keeps them himself.
/// </summary>
/// <param name="hub">The channel to the hub.</param>
/// <param name="suites">Suites that are read besides suite 1.</param>
public sealed class TelemetryReader(HubChannel hub, params CipherSuite[] suites)
{
    private const int MostDevices = 4096;
    private const long Fresh = 10_000_000_000;
    private readonly Dictionary<CertificateId, (IdentityAnswer Answer, long At)> identities = [];
    private readonly Dictionary<ulong, CounterWindow> windows = [];
    private readonly Dictionary<KeyId, DataKey> keys = [];
    private readonly Dictionary<ulong, long> asked = [];

    /// <summary>Reads one envelope.</summary>
    /// <exception cref="HttpRequestException">The hub cannot be reached and knows what is needed.</exception>
    public async Task<Reading> ReadAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        if (Message.Decode<TelemetryEnvelope>(bytes.Span, out _) is not { } envelope || SuiteOf(envelope.Suite) is not { } suite) return new Reading(ReadingState.Malformed, 0, null, null);
        IdentityAnswer identity = await IdentityAsync(envelope.Signer, cancel);
        if (identity.State != IdentityState.Valid || identity.PublicKey.Length == 0) return new Reading(ReadingState.IdentityBad, identity.Device, envelope, null);
        if (!Signing.IsSigned(envelope, suite, identity.PublicKey)) return new Reading(ReadingState.SignatureBad, identity.Device, envelope, null);
        if (!windows.TryGetValue(identity.Device, out CounterWindow? window))
        {
            if (windows.Count >= MostDevices) windows.Clear();
            windows[identity.Device] = window = new CounterWindow();
        }
        if (window.Judge(envelope.Counter) != CounterState.New) return new Reading(ReadingState.Replayed, identity.Device, envelope, null);
        byte[]? payload = envelope.DataKey is { } number ? await OpenAsync(envelope, suite, number, identity.Device, cancel) : envelope.Payload;
        if (payload is null) return new Reading(ReadingState.NoKey, identity.Device, envelope, null);
        window.Take(envelope.Counter);
        return new Reading(ReadingState.Good, identity.Device, envelope, payload);
    }

    private CipherSuite? SuiteOf(byte number) => number == CipherSuite.P256.Number ? CipherSuite.P256 : Array.Find(suites, one => one.Number == number);

    private async Task<IdentityAnswer> IdentityAsync(CertificateId certificate, CancellationToken cancel)
    {
        if (identities.TryGetValue(certificate, out (IdentityAnswer Answer, long At) known) && hub.Now - known.At < Fresh) return known.Answer;
        IdentityAnswer answer = await hub.AskIdentityAsync(certificate, cancel);
        if (identities.Count >= MostDevices) identities.Clear();
        identities[certificate] = (answer, hub.Now);
        return answer;
    }

    private async Task<byte[]?> OpenAsync(TelemetryEnvelope envelope, CipherSuite suite, KeyId number, ulong device, CancellationToken cancel)
    {
        if (!keys.TryGetValue(number, out DataKey? key))
        {
            if (asked.TryGetValue(device, out long at) && hub.Now - at < Fresh) return null;
            if (asked.Count >= MostDevices) asked.Clear();
            asked[device] = hub.Now;
            if (keys.Count >= MostDevices * 4) keys.Clear();
            foreach (DataKey one in await hub.DataKeysAsync($"telemetry/d-{device}", cancel)) keys[one.Key] = one;
            if (!keys.TryGetValue(number, out key)) return null;
        }
        // A key of another device's scope opens nothing of this one's.
        return key.Scope == $"telemetry/d-{device}" ? envelope.Open(suite, key.Secret) : null;
    }
}
