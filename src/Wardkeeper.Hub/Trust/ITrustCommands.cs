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

    /// <summary>Announces the devices of a purchase order. Serial numbers that are announced already are entered anew.</summary>
    /// <param name="who">Clinical engineer or administrator.</param>
    /// <param name="order">Number of the order.</param>
    /// <param name="devices">Serial number, maker and model of each.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How many were entered.</returns>
    Task<int> ExpectAsync(Actor who, string order, IReadOnlyList<(string Serial, string? Maker, string? Model)> devices, CancellationToken cancel = default);
}
