using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>What an authority does.</summary>
public enum AuthorityKind
{
    /// <summary>It is the anchor and signs issuing authorities only.</summary>
    Root,

    /// <summary>It issues certificates to devices, servers and persons.</summary>
    Issuing,
}

/// <summary>Where an authority stands.</summary>
public enum AuthorityState
{
    /// <summary>Its request was written; the certificate comes from an outside authority.</summary>
    Requested,

    /// <summary>It issues.</summary>
    Active,

    /// <summary>A newer one issues in its place; it stays trusted, and revokes, until it is over.</summary>
    Retiring,

    /// <summary>It is trusted no more: revoked.</summary>
    Revoked,
}

/// <summary>A certificate authority of the hospital.</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Name">Common name.</param>
/// <param name="Kind">Root or issuing.</param>
/// <param name="State">Where it stands.</param>
/// <param name="KeyKind">Kind of its key.</param>
/// <param name="KeyPlace">Where its key is: <c>file:NAME</c>, <c>pkcs11:TOKEN/LABEL</c>, <c>offline</c>, or <c>outside</c> for an authority of somebody else.</param>
/// <param name="KeyId">Its key identifier, lower-case hex.</param>
/// <param name="Certificate">Its certificate, DER; empty while it is only requested.</param>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
public sealed record Authority(long Number, string Name, AuthorityKind Kind, AuthorityState State, KeyKind KeyKind, string KeyPlace, string KeyId, byte[] Certificate, CaptureTime NotBefore, CaptureTime NotAfter)
{
    /// <summary>Place of a root's key that is kept off this machine.</summary>
    public const string Offline = "offline";

    /// <summary>Place of the key of an authority that is somebody else's.</summary>
    public const string Outside = "outside";

    /// <summary>Number of its latest list of revoked certificates; 0 when there is none.</summary>
    public long CrlNumber { get; init; }

    /// <summary>The latest list of revoked certificates, DER; null when there is none.</summary>
    public byte[]? Crl { get; init; }

    /// <summary>By when the next list is due.</summary>
    public CaptureTime? CrlDue { get; init; }

    /// <summary>The password of its key file, sealed; null when the key is in no file of ours.</summary>
    internal byte[]? SealedPassword { get; init; }

    /// <summary>Whether what it issued counts at a moment.</summary>
    public bool IsTrustedAt(CaptureTime at) => State is (AuthorityState.Active or AuthorityState.Retiring) && NotBefore <= at && at <= NotAfter;
}

/// <summary>A maker's root that vouches for the certificates which its devices are born with (IDevID, 802.1AR).</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Name">Whose it is, as the person who imported it says.</param>
/// <param name="Subject">Its subject, as RFC 4514 writes it.</param>
/// <param name="KeyId">Its key identifier, lower-case hex.</param>
/// <param name="Fingerprint">SHA-256 of the certificate, lower-case hex.</param>
/// <param name="Certificate">The certificate, DER.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="Since">When it was imported.</param>
/// <param name="By">Who imported it.</param>
public sealed record MakerRoot(long Number, string Name, string Subject, string KeyId, string Fingerprint, byte[] Certificate, CaptureTime NotAfter, CaptureTime Since, string By);
