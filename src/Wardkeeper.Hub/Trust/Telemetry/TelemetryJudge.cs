using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust.Telemetry;

/// <summary>A certificate that a connection showed, with the device that it belongs to.</summary>
/// <param name="Certificate">Which.</param>
/// <param name="Device">Its device in the ledger.</param>
/// <param name="PublicKey">Its subject public key info, DER.</param>
/// <param name="KeyHash">SHA-256 of that, lower-case hex.</param>
/// <param name="Address">Where the connection comes from.</param>
public sealed record DeviceCaller(CertificateId Certificate, long Device, byte[] PublicKey, string KeyHash, Address Address);

/// <summary>An envelope that is to be stored.</summary>
/// <param name="Envelope">What was read.</param>
/// <param name="Bytes">As it came.</param>
internal readonly record struct TakenEnvelope(TelemetryEnvelope Envelope, byte[] Bytes);

/// <summary>
/// Judges telemetry: form, identity, signature, time, counter, boot id, in this order. What passes is taken into the device's state; the
/// caller stores both, and only then answers. What does not pass and shows a copy or a replay becomes an event.
/// </summary>
/// <param name="caller">Who sent it.</param>
/// <param name="state">The device's state; changed.</param>
/// <param name="now">The hub's time.</param>
/// <param name="keyOf">Public key of an earlier certificate of the same device, which what waited in its queue may be signed with; null when it is none, or was revoked.</param>
/// <param name="suites">Suites that are spoken here.</param>
internal sealed class TelemetryJudge(DeviceCaller caller, TelemetryState state, CaptureTime now, Func<CertificateId, byte[]?> keyOf, SuiteChoice suites)
{
    /// <summary>How far a device's clock may be ahead.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    /// <summary>How long a device may keep telemetry before it sends it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(30);

    private readonly List<TakenEnvelope> taken = [];
    private readonly List<TrustEvent> events = [];

    /// <summary>What is to be stored.</summary>
    public IReadOnlyList<TakenEnvelope> Taken => taken;

    /// <summary>What was noticed.</summary>
    public IReadOnlyList<TrustEvent> Events => events;

    /// <summary>Judges one envelope.</summary>
    public TelemetryOutcome Judge(byte[] bytes)
    {
        if (Message.Decode<TelemetryEnvelope>(bytes, out _) is not { } envelope) return TelemetryOutcome.Malformed;
        if (suites.Of(envelope.Suite) is not { } suite) return TelemetryOutcome.UnknownSuite;
        byte[]? key = envelope.Signer == caller.Certificate ? caller.PublicKey : keyOf(envelope.Signer);
        if (key is null) return Noticed(TrustEventKind.Replayed, TelemetryOutcome.IdentityDiffers, bytes, envelope.Signer.ToString(), caller.Certificate.ToString());
        if (!Signing.IsSigned(envelope, suite, key)) return TelemetryOutcome.BadSignature;
        TimeSpan age = now.Since(new CaptureTime(envelope.At));
        TelemetryOutcome outcome = state.Judge(envelope, bytes);
        // What lies there already is told so whatever its time: the device waits for that answer.
        if (outcome == TelemetryOutcome.Stored && (age > MaxAge || age < -MaxAhead)) return TelemetryOutcome.TimeOff;
        switch (outcome)
        {
            case TelemetryOutcome.Stored:
                state.Take(envelope, bytes);
                taken.Add(new TakenEnvelope(envelope, bytes));
                return outcome;
            case TelemetryOutcome.CounterUsed:
                return Noticed(TrustEventKind.CounterBack, outcome, bytes, Number(envelope.Counter), Number(state.Window.Highest + 1));
            case TelemetryOutcome.CounterTooOld:
                return Noticed(TrustEventKind.Replayed, outcome, bytes, Number(envelope.Counter), Number(state.Window.Highest + 1));
            case TelemetryOutcome.BootReused:
                return Noticed(TrustEventKind.BootReused, outcome, bytes, Convert.ToHexStringLower(envelope.Boot), null);
            default:
                return outcome;
        }
    }

    private TelemetryOutcome Noticed(TrustEventKind kind, TelemetryOutcome outcome, byte[] bytes, string seen, string? expected)
    {
        // One batch may be full of it; one event of a kind is enough to tell.
        if (events.TrueForAll(one => one.Kind != kind))
            events.Add(new TrustEvent(kind, now, caller.Certificate, caller.Device, caller.KeyHash, caller.Address, seen, expected, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        return outcome;
    }

    private static string Number(ulong counter) => counter.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
