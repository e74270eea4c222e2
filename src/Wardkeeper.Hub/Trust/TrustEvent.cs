using Wardkeeper.DeviceProtocol;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>What the hub noticed about a device's identity while it spoke with the device itself: no packet shows it.</summary>
public enum TrustEventKind
{
    /// <summary>An identity was used from an address: at the begin of a connection, and when the address changes.</summary>
    Presented,

    /// <summary>Telemetry came that was told before, or that another device had signed.</summary>
    Replayed,

    /// <summary>A counter was used for two different envelopes, or went far back.</summary>
    CounterBack,

    /// <summary>A boot id was used again after another one.</summary>
    BootReused,

    /// <summary>A TPM quoted other PCR values than those that are expected.</summary>
    QuoteChanged,

    /// <summary>A TPM's clock or its count of resets went back: another TPM, or one that was wiped.</summary>
    ClockBack,
}

/// <summary>One such thing.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When, by the hub's clock.</param>
/// <param name="Identity">The certificate of the connection.</param>
/// <param name="Device">Its device in the ledger; 0 when the certificate is none of a device here.</param>
/// <param name="KeyHash">SHA-256 of the certificate's subject public key info, lower-case hex.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Seen">What was seen: a counter, a digest, another certificate.</param>
/// <param name="Expected">What was to be expected; null when nothing in particular.</param>
/// <param name="Digest">SHA-256 of the bytes that show it, lower-case hex; null when it shows without.</param>
public sealed record TrustEvent(TrustEventKind Kind, CaptureTime At, CertificateId Identity, long Device, string KeyHash, Address Address, string Seen = "", string? Expected = null, string? Digest = null);

/// <summary>Takes what the hub noticed about identities; judged by the detectors, in the same book as everything that sensors show.</summary>
public interface ITrustEvents
{
    /// <summary>Something was noticed. Returns when what follows from it is stored.</summary>
    Task TakeAsync(IReadOnlyList<TrustEvent> events, CancellationToken cancel);
}
