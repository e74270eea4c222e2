using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>A certificate that was issued here, or an outside one that was bound to a device.</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Device">Number of the device in the ledger; null for servers and persons.</param>
/// <param name="Profile">Profile it was issued by; <c>outside</c> when it was not issued here.</param>
/// <param name="Grade">How strong it is.</param>
/// <param name="Issuer">Key identifier of its issuer, lower-case hex.</param>
/// <param name="Serial">Serial number, lower-case hex without leading zero bytes.</param>
/// <param name="Subject">Subject, as RFC 4514 writes it.</param>
/// <param name="DeviceSerial">Serial number of the device in it, or null.</param>
/// <param name="KeyHash">SHA-256 of the subject's public key info, lower-case hex.</param>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="RenewAt">From when on it is to be renewed.</param>
/// <param name="How">How it came to be: <c>voucher</c>, <c>idevid</c>, <c>renewal</c>, <c>by-hand</c>.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="RevocationReason">RFC 5280's word, or null.</param>
public sealed record IssuedCertificate(
    long Number,
    long? Device,
    string Profile,
    IdentityGrade Grade,
    string Issuer,
    string Serial,
    string Subject,
    string? DeviceSerial,
    string KeyHash,
    CaptureTime NotBefore,
    CaptureTime NotAfter,
    CaptureTime RenewAt,
    string How,
    CaptureTime? RevokedAt = null,
    string? RevocationReason = null)
{
    /// <summary>Profile of a certificate that was not issued here.</summary>
    public const string Outside = "outside";

    /// <summary>Short, speakable name.</summary>
    public string Id => IdOf(Number);

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"C-{number}");

    /// <summary>Whether it counts at a moment: begun, not over, not revoked.</summary>
    public bool IsValidAt(CaptureTime at) => NotBefore <= at && at <= NotAfter && !(RevokedAt <= at);

    /// <summary>The identity that it gives a device; null when it is no device's.</summary>
    internal TrustedIdentity? Identity() => Device is { } device ? new(Number, device, Grade, Issuer, Serial, Subject, DeviceSerial, KeyHash, NotBefore, NotAfter, RevokedAt, RevocationReason) : null;
}
