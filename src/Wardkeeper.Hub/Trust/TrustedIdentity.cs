using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>A certificate that the hub issued to a device of the ledger, or an outside one that it was bound to: device, serial number, key and port belong together.</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Device">Number of the device in the ledger.</param>
/// <param name="Grade">How strong it is.</param>
/// <param name="Issuer">Key identifier of the issuing CA, lower-case hex.</param>
/// <param name="Serial">The certificate's serial number, lower-case hex without leading zero bytes.</param>
/// <param name="Subject">The certificate's subject, as RFC 4514 writes it.</param>
/// <param name="DeviceSerial">Serial number of the device as the certificate names it (802.1AR, section 8.6); null when it names none.</param>
/// <param name="KeyHash">SHA-256 of the subject's public key info, lower-case hex.</param>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="RevokedAt">When it was revoked; null when it was not.</param>
/// <param name="RevocationReason">RFC 5280's word (<c>keyCompromise</c> …); null when it was not revoked.</param>
public sealed record TrustedIdentity(
    long Number,
    long Device,
    IdentityGrade Grade,
    string Issuer,
    string Serial,
    string Subject,
    string? DeviceSerial,
    string KeyHash,
    CaptureTime NotBefore,
    CaptureTime NotAfter,
    CaptureTime? RevokedAt = null,
    string? RevocationReason = null)
{
    /// <summary>Whether it counts at a moment: begun, not over, not revoked.</summary>
    public bool IsValidAt(CaptureTime at) => NotBefore <= at && at <= NotAfter && !(RevokedAt <= at);
}

/// <summary>Which certificate is which device. Answers come from memory: an admission asks for each request.</summary>
public interface ITrustedIdentities
{
    /// <summary>The identity of a certificate; null when it is none that was issued or bound here.</summary>
    /// <param name="serial">Serial number, hex in any case, leading zeros allowed.</param>
    /// <param name="issuer">The issuer's key identifier in hex, or its distinguished name as RFC 4514 or OpenSSL's one-line form writes it.</param>
    TrustedIdentity? Find(string serial, string issuer);

    /// <summary>The identities of a device, newest first; also those that are over or revoked.</summary>
    IReadOnlyList<TrustedIdentity> Of(long device);
}

/// <summary>Somebody who must know at once that an identity was revoked: admission puts the device out.</summary>
public interface IRevocationNotice
{
    /// <summary>An identity was revoked. Called after it was stored; what this throws is reported as a problem and does not undo the revocation.</summary>
    Task RevokedAsync(TrustedIdentity identity, CancellationToken cancel);
}
