using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>
/// Who may speak: the certificate of a connection is looked up by issuer and serial, and its key compared with the one that was issued or
/// bound. TLS has shown that the other end has that key, so no chain need be built here, and a certificate that only bears the same names
/// is none. Asked at the handshake and again at each message, so that a revocation counts at once.
/// </summary>
internal sealed class DeviceDoor(ITrustedIdentities identities, TimeProvider clock)
{
    /// <summary>Messages of one device in a minute.</summary>
    public const int MostPerMinute = 1200;

    private readonly ConcurrentDictionary<long, (long Minute, int Count)> pace = new();
    private readonly ConcurrentDictionary<string, long> refused = new(StringComparer.Ordinal);

    /// <summary>What was refused since the start, by its reason.</summary>
    public IReadOnlyDictionary<string, long> Refused => refused;

    /// <summary>The hub's time.</summary>
    public CaptureTime Now => CaptureTime.FromDate(clock.GetUtcNow());

    /// <summary>Who shows a certificate; null with the reason, which is counted, when nobody who may speak.</summary>
    public DeviceCaller? Recognise(X509Certificate2? certificate, IPAddress? remote, out string reason)
    {
        reason = RefusalReason.UnknownIdentity;
        if (certificate is not null && CertificateId.Of(certificate) is { } id && identities.Find(id.Serial, id.Issuer) is { } identity)
        {
            byte[] key = certificate.PublicKey.ExportSubjectPublicKeyInfo();
            string hash = Convert.ToHexStringLower(SHA256.HashData(key));
            reason = StateOf(identity, hash) switch { IdentityState.Valid => "", IdentityState.Revoked => RefusalReason.Revoked, IdentityState.NotInForce => RefusalReason.NotInForce, _ => RefusalReason.UnknownIdentity };
            if (reason.Length == 0) return new DeviceCaller(id, identity.Device, key, hash, AddressOf(remote));
        }
        Refuse(reason);
        return null;
    }

    /// <summary>The identity of a certificate, or null.</summary>
    public TrustedIdentity? Find(CertificateId id) => identities.Find(id.Serial, id.Issuer);

    /// <summary>How an identity stands for a key.</summary>
    public IdentityState StateOf(TrustedIdentity identity, string keyHash)
    {
        if (identity.KeyHash != keyHash) return IdentityState.Unknown;
        if (identity.RevokedAt <= Now) return IdentityState.Revoked;
        return identity.IsValidAt(Now) ? IdentityState.Valid : IdentityState.NotInForce;
    }

    /// <summary>Counts a refusal.</summary>
    public void Refuse(string reason) => refused.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    /// <summary>Whether a device may send one more message in this minute.</summary>
    public bool Paces(long device)
    {
        long minute = Now.Nanoseconds / (60 * CaptureTime.PerSecond);
        return pace.AddOrUpdate(device, (minute, 1), (_, before) => before.Minute == minute ? (minute, before.Count + 1) : (minute, 1)).Count <= MostPerMinute;
    }

    private static Address AddressOf(IPAddress? remote) => remote is null ? default : Address.Read((remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).GetAddressBytes());
}
