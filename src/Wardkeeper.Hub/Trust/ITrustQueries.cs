using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Answers questions about authorities, certificates, enrolments and makers' roots.</summary>
public interface ITrustQueries
{
    /// <summary>How trust stands as a whole.</summary>
    Task<TrustOverview> OverviewAsync(CancellationToken cancel = default);

    /// <summary>All authorities, roots first, newest first.</summary>
    IReadOnlyList<Authority> Authorities();

    /// <summary>Makers' roots, by name.</summary>
    IReadOnlyList<MakerRoot> MakerRoots();

    /// <summary>Makers' lists of revoked certificates, by the name of who signed them.</summary>
    IReadOnlyList<MakerList> MakerLists();

    /// <summary>A page of certificates.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: number, device, subject, expires, grade. Ties by number, latest first.</param>
    /// <param name="page">Which page.</param>
    Page<IssuedCertificate> Certificates(CertificateFilter filter, SortOrder sort, PageRequest page);

    /// <summary>A certificate; null when there is none of this number.</summary>
    IssuedCertificate? Certificate(long number);

    /// <summary>A certificate as it was issued, DER; null when there is none of this number.</summary>
    Task<byte[]?> CertificateBytesAsync(long number, CancellationToken cancel = default);

    /// <summary>Certificates of devices by the week in which they end, from this week on.</summary>
    /// <param name="weeks">How many weeks, 1 to 520.</param>
    IReadOnlyList<ExpiryWeek> Expiry(int weeks);

    /// <summary>A page of requests for certificates, latest first.</summary>
    /// <param name="states">States that are asked for; none for all.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<EnrolmentRequest>> EnrolmentsAsync(IReadOnlyList<EnrolmentState> states, PageRequest page, CancellationToken cancel = default);

    /// <summary>A request; null when there is none of this number.</summary>
    Task<EnrolmentRequest?> EnrolmentAsync(long number, CancellationToken cancel = default);

    /// <summary>Vouchers, latest first.</summary>
    Task<IReadOnlyList<Voucher>> VouchersAsync(CancellationToken cancel = default);

    /// <summary>Devices that purchase orders announce, latest first.</summary>
    Task<IReadOnlyList<ExpectedDevice>> ExpectedAsync(CancellationToken cancel = default);
}

/// <summary>Which certificates are asked for; every member that is set must hold.</summary>
public sealed record CertificateFilter
{
    /// <summary>Text looked for in subject, serial numbers and key hash.</summary>
    public string? Text { get; init; }

    /// <summary>Grades; none for all.</summary>
    public IReadOnlyList<IdentityGrade> Grades { get; init; } = [];

    /// <summary>Profiles; none for all.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Device of the ledger.</summary>
    public long? Device { get; init; }

    /// <summary>Whether it counts now.</summary>
    public bool? IsValid { get; init; }

    /// <summary>Whether it was revoked.</summary>
    public bool? IsRevoked { get; init; }

    /// <summary>Ends before this.</summary>
    public CaptureTime? EndsBefore { get; init; }
}

/// <summary>Certificates that end in a week.</summary>
/// <param name="From">Begin of the week: a Monday, UTC.</param>
/// <param name="Ending">Certificates of devices that end in it and were not renewed by a later one yet.</param>
/// <param name="Renewed">Those whose device has a later one already.</param>
public readonly record struct ExpiryWeek(CaptureTime From, int Ending, int Renewed);

/// <summary>How trust stands.</summary>
/// <param name="IsReady">Whether an authority issues.</param>
/// <param name="ByGrade">Devices by the strongest identity that counts now.</param>
/// <param name="Valid">Certificates that count now, servers' and persons' too.</param>
/// <param name="Revoked">Certificates that were revoked and are not over.</param>
/// <param name="DueForRenewal">Devices whose latest certificate is due for renewal.</param>
/// <param name="Overdue">Devices whose latest certificate is over.</param>
/// <param name="Waiting">Requests that wait for a person.</param>
/// <param name="Refused">What was refused since the program started, by the code of the reason.</param>
/// <param name="Problems">What an authority could not do lately, in English; empty when all is well.</param>
public sealed record TrustOverview(bool IsReady, IReadOnlyDictionary<IdentityGrade, int> ByGrade, int Valid, int Revoked, int DueForRenewal, int Overdue, int Waiting, IReadOnlyDictionary<string, long> Refused, IReadOnlyList<string> Problems);
