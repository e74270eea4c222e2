using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Trust;

/// <summary>What is held in memory of trust.</summary>
internal sealed record TrustRecords(IReadOnlyList<Authority> Authorities, IReadOnlyList<IssuedCertificate> Certificates, IReadOnlyList<MakerRoot> Roots, IReadOnlyList<MakerList> Lists);

/// <summary>A certificate to be stored, and what it uses up; all of it in one transaction.</summary>
/// <param name="Certificate">The certificate; its number is given by the store.</param>
/// <param name="Der">It as issued.</param>
/// <param name="Request">The request that it answers: with number 0 a new one; null when a person ordered it.</param>
/// <param name="Birth">The maker's certificate that the device showed and that is bound to it now, with its bytes; null when it is bound already, or there was none.</param>
/// <param name="Expected">Serial number of a purchase order's device that is enrolled by it; null when there is none.</param>
internal sealed record Issue(IssuedCertificate Certificate, byte[] Der, EnrolmentRequest? Request, (IssuedCertificate Certificate, byte[] Der)? Birth = null, string? Expected = null);

/// <summary>Stores trust. Every change is stored in the same transaction as the entry of the audit log that tells of it; what contradicts what is stored throws <see cref="RefusedException"/>.</summary>
internal interface ITrustStore
{
    /// <summary>Reads what is held in memory.</summary>
    Task<TrustRecords> LoadAsync(CancellationToken cancel);

    /// <summary>Stores authorities: those of number 0 are new. With one that is revoked go its certificates.</summary>
    /// <returns>The authorities with their numbers.</returns>
    Task<IReadOnlyList<Authority>> SaveAsync(Actor who, IReadOnlyList<Authority> authorities, IReadOnlyList<AuditNote> notes, CancellationToken cancel);

    /// <summary>Stores a certificate.</summary>
    /// <returns>It with its number, and the maker's certificate that was bound.</returns>
    Task<(IssuedCertificate Certificate, IssuedCertificate? Birth)> IssueAsync(Actor who, Issue issue, AuditNote note, CancellationToken cancel);

    /// <summary>Stores what became of certificates: revoked, or of another grade.</summary>
    Task ChangeAsync(Actor who, IReadOnlyList<IssuedCertificate> after, AuditNote note, CancellationToken cancel);

    /// <summary>A certificate as it was issued; null when there is none of this number.</summary>
    Task<byte[]?> BytesAsync(long number, CancellationToken cancel);

    /// <summary>Stores a request that waits, and uses its voucher up.</summary>
    Task<EnrolmentRequest> AddAsync(Actor who, EnrolmentRequest enrolment, AuditNote note, CancellationToken cancel);

    /// <summary>Stores a decision about a request that waits.</summary>
    Task<EnrolmentRequest> DecideAsync(Actor who, EnrolmentRequest after, AuditNote note, CancellationToken cancel);

    /// <summary>The request with this number or this replay mark; null when there is none.</summary>
    Task<EnrolmentRequest?> EnrolmentAsync(long? number, string? replay, CancellationToken cancel);

    /// <summary>A page of requests, latest first.</summary>
    Task<Page<EnrolmentRequest>> EnrolmentsAsync(IReadOnlyList<EnrolmentState> states, PageRequest page, CancellationToken cancel);

    /// <summary>Stores a voucher with the hash of its secret.</summary>
    Task<Voucher> AddAsync(Actor who, Voucher voucher, string hash, AuditNote note, CancellationToken cancel);

    /// <summary>The voucher whose secret has this hash; null when there is none.</summary>
    Task<Voucher?> VoucherAsync(string hash, CancellationToken cancel);

    /// <summary>Vouchers, latest first.</summary>
    Task<IReadOnlyList<Voucher>> VouchersAsync(CancellationToken cancel);

    /// <summary>Stores a maker's list of revoked certificates in the place of the one before.</summary>
    Task SaveAsync(Actor who, MakerList list, AuditNote note, CancellationToken cancel);

    /// <summary>Stores a maker's root; removes it, with its maker's lists, when its name is empty.</summary>
    Task<MakerRoot> SaveAsync(Actor who, MakerRoot root, AuditNote note, CancellationToken cancel);

    /// <summary>Stores announced devices.</summary>
    Task ExpectAsync(Actor who, IReadOnlyList<ExpectedDevice> devices, AuditNote note, CancellationToken cancel);

    /// <summary>Announced devices, latest first; with a serial number the one that has it.</summary>
    Task<IReadOnlyList<ExpectedDevice>> ExpectedAsync(string? serial, CancellationToken cancel);

    /// <summary>The serial number that the ledger knows of a device: null when there is no such device, empty when it has none.</summary>
    Task<string?> SerialOfAsync(long device, CancellationToken cancel);

    /// <summary>Devices of the ledger with a serial number.</summary>
    Task<IReadOnlyList<long>> DevicesAsync(string serial, CancellationToken cancel);
}
