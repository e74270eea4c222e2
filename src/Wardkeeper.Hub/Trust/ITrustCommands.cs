using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Trust;

/// <summary>What people do to trust. Each change names who makes it and is in the audit log when it is stored; what is not allowed or makes no sense throws <see cref="RefusedException"/> and changes nothing.</summary>
public interface ITrustCommands
{
    /// <summary>Approves a request that waits; the device gets its certificate when it asks again.</summary>
    /// <param name="who">Clinical engineer or administrator.</param>
    /// <param name="enrolment">Number of the request.</param>
    /// <param name="device">Device of the ledger that it is; null adds one with the request's serial number, or takes the one that has it.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<EnrolmentRequest> ApproveAsync(Actor who, long enrolment, long? device, string reason, CancellationToken cancel = default);

    /// <summary>Refuses a request that waits.</summary>
    /// <param name="who">Clinical engineer or administrator.</param>
    /// <param name="enrolment">Number of the request.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<EnrolmentRequest> RefuseAsync(Actor who, long enrolment, string reason, CancellationToken cancel = default);

    /// <summary>Revokes a certificate at once. It is on the next list and in every OCSP answer from then on, and admission is told.</summary>
    /// <param name="who">Administrator or analyst.</param>
    /// <param name="certificate">Number of the certificate.</param>
    /// <param name="revocation">RFC 5280's word, one of <see cref="RevocationReasons.All"/>.</param>
    /// <param name="reason">Why, in a person's words; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The certificate, and what failed after the revocation was stored: who could not be told, a list that could not be made.</returns>
    Task<(IssuedCertificate Certificate, IReadOnlyList<string> Problems)> RevokeAsync(Actor who, long certificate, string revocation, string reason, CancellationToken cancel = default);

    /// <summary>Says how strong an identity is: an attestation showed that its key is in a chip, or that it is not.</summary>
    /// <param name="who">Who showed it.</param>
    /// <param name="certificate">Number of the certificate.</param>
    /// <param name="grade">Software or chip.</param>
    /// <param name="evidence">By what it was shown; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IssuedCertificate> GradeAsync(Actor who, long certificate, IdentityGrade grade, string evidence, CancellationToken cancel = default);

    /// <summary>Makes a voucher.</summary>
    /// <param name="who">Clinical engineer or administrator.</param>
    /// <param name="device">Device of the ledger; null when a person decides for each request.</param>
    /// <param name="profile">A device's profile.</param>
    /// <param name="life">How long it can be used; up to 90 days.</param>
    /// <param name="note">What it is for.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The voucher and its secret, which is shown once.</returns>
    Task<(Voucher Voucher, string Secret)> VoucherAsync(Actor who, long? device, string profile, TimeSpan life, string note, CancellationToken cancel = default);

    /// <summary>Imports a maker's root.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="certificate">The certificate, DER or PEM.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<MakerRoot> ImportRootAsync(Actor who, string name, byte[] certificate, CancellationToken cancel = default);

    /// <summary>Takes trust from a maker's root; certificates that were issued here stay.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="root">Number of the root.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task RemoveRootAsync(Actor who, long root, string reason, CancellationToken cancel = default);

    /// <summary>Imports a maker's list of revoked certificates. Devices that it names are refused when they enrol by such a certificate; to those that did so before, nothing is done but told.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="file">The list, DER or PEM; with PEM, certificates of the authorities between it and the root may stand beside it.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<MakerListOutcome> ImportListAsync(Actor who, byte[] file, CancellationToken cancel = default);

    /// <summary>Announces the devices of a purchase order. Serial numbers that are announced already are entered anew.</summary>
    /// <param name="who">Clinical engineer or administrator.</param>
    /// <param name="order">Number of the order.</param>
    /// <param name="devices">Serial number, maker and model of each.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How many were entered.</returns>
    Task<int> ExpectAsync(Actor who, string order, IReadOnlyList<(string Serial, string? Maker, string? Model)> devices, CancellationToken cancel = default);

    /// <summary>Makes a new issuing authority in the place of the present one, by the root's key.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="wish">What is wanted.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The new authority, how many certificates were revoked with the old one, and what failed after it was stored.</returns>
    Task<(Authority Made, int Revoked, IReadOnlyList<string> Problems)> RolloverAsync(Actor who, RolloverWish wish, CancellationToken cancel = default);
}

/// <summary>A rollover as it is wanted.</summary>
/// <param name="RootKey">The root's key file, encrypted PKCS #8 in PEM; null when it is on a token. It is read, and kept nowhere.</param>
/// <param name="Passphrase">Its passphrase.</param>
/// <param name="Kind">Kind of the new key; an RSA authority stands beside the EC one.</param>
/// <param name="Token">Token of the new key; null for a sealed file.</param>
/// <param name="RevokesOld">Whether the old one's key fell into other hands: it is revoked with everything that it issued.</param>
/// <param name="Reason">Why; must not be empty.</param>
public sealed record RolloverWish(string? RootKey, string? Passphrase, KeyKind Kind, string? Token, bool RevokesOld, string Reason)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Kind}, {(RevokesOld ? "revokes the old one" : "the old one retires")}: {Reason}";
}
