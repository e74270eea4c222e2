using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Answers questions about trust: certificates and authorities from memory, requests and vouchers from the store.</summary>
internal sealed class TrustQueries(ITrustStore store, AuthorityBook book, IdentityDirectory identities, MakerRoots roots, Refusals refusals, TimeProvider time) : ITrustQueries
{
    private const long Week = 7L * 24 * 3600 * 1_000_000_000, Day = Week / 7;

    /// <inheritdoc/>
    public async Task<TrustOverview> OverviewAsync(CancellationToken cancel = default)
    {
        CaptureTime now = time.Now();
        Dictionary<IdentityGrade, int> grades = [];
        int due = 0, overdue = 0;
        foreach (IGrouping<long, IssuedCertificate> device in identities.All.Where(one => one.Device is not null).GroupBy(one => one.Device!.Value))
        {
            IssuedCertificate[] good = [.. device.Where(one => one.IsValidAt(now))];
            if (good.Length > 0) grades[good.Max(one => one.Grade)] = grades.GetValueOrDefault(good.Max(one => one.Grade)) + 1;
            IssuedCertificate? latest = device.Where(one => one.RevokedAt is null && one.Profile != IssuedCertificate.Outside).MaxBy(one => one.NotAfter);
            if (latest is null) continue;
            if (latest.NotAfter < now) overdue++;
            else if (latest.RenewAt <= now) due++;
        }
        Page<EnrolmentRequest> waiting = await store.EnrolmentsAsync([EnrolmentState.Waiting], new PageRequest(1, 1), cancel);
        return new TrustOverview(book.IsReady, grades, identities.All.Count(one => one.IsValidAt(now)), identities.All.Count(one => one.RevokedAt is not null && now <= one.NotAfter), due, overdue, (int)waiting.Total, refusals.Counts, [.. Makers(now), .. refusals.Problems]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Authority> Authorities() => [.. book.All.OrderBy(one => one.Kind).ThenByDescending(one => one.Number)];

    /// <inheritdoc/>
    public IReadOnlyList<MakerRoot> MakerRoots() => roots.All;

    /// <inheritdoc/>
    public IReadOnlyList<MakerList> MakerLists() => roots.Lists;

    /// <inheritdoc/>
    public Page<IssuedCertificate> Certificates(CertificateFilter filter, SortOrder sort, PageRequest page)
    {
        ArgumentNullException.ThrowIfNull(filter);
        List<IssuedCertificate> found = [.. identities.All.Where(one => Matches(one, filter))];
        IOrderedEnumerable<IssuedCertificate> sorted = sort.Column switch
        {
            "number" => Ordered(found, one => one.Number, sort),
            "device" => Ordered(found, one => one.Device ?? long.MaxValue, sort),
            "subject" => Ordered(found, one => one.Subject, sort),
            "expires" => Ordered(found, one => one.NotAfter.Nanoseconds, sort),
            "grade" => Ordered(found, one => (long)one.Grade, sort),
            _ => throw new ArgumentException($"Certificates have no column {sort.Column}; sort by number, device, subject, expires or grade.", nameof(sort)),
        };
        return new Page<IssuedCertificate>([.. sorted.ThenByDescending(one => one.Number).Skip(page.Skip).Take(page.Take)], found.Count);
    }

    /// <inheritdoc/>
    public IssuedCertificate? Certificate(long number) => identities.Certificate(number);

    /// <inheritdoc/>
    public Task<byte[]?> CertificateBytesAsync(long number, CancellationToken cancel = default) => store.BytesAsync(number, cancel);

    /// <inheritdoc/>
    public IReadOnlyList<ExpiryWeek> Expiry(int weeks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weeks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weeks, 520);
        CaptureTime now = time.Now();
        // The epoch was a Thursday.
        long monday = now.Nanoseconds - (((now.Nanoseconds / Day) + 3) % 7 * Day) - (now.Nanoseconds % Day);
        Dictionary<long, (int Ending, int Renewed)> counts = [];
        foreach (IGrouping<long, IssuedCertificate> device in identities.All.Where(one => one is { Device: not null, RevokedAt: null } && one.Profile != IssuedCertificate.Outside && one.NotAfter >= now).GroupBy(one => one.Device!.Value))
        {
            IssuedCertificate latest = device.MaxBy(one => one.NotAfter)!;
            foreach (IssuedCertificate one in device)
            {
                long week = (one.NotAfter.Nanoseconds - monday) / Week;
                (int ending, int renewed) = counts.GetValueOrDefault(week);
                counts[week] = ReferenceEquals(one, latest) ? (ending + 1, renewed) : (ending, renewed + 1);
            }
        }
        return [.. Enumerable.Range(0, weeks).Select(week => new ExpiryWeek(new CaptureTime(monday + (week * Week)), counts.GetValueOrDefault(week).Ending, counts.GetValueOrDefault(week).Renewed))];
    }

    /// <inheritdoc/>
    public Task<Page<EnrolmentRequest>> EnrolmentsAsync(IReadOnlyList<EnrolmentState> states, PageRequest page, CancellationToken cancel = default) => store.EnrolmentsAsync(states, page, cancel);

    /// <inheritdoc/>
    public Task<EnrolmentRequest?> EnrolmentAsync(long number, CancellationToken cancel = default) => store.EnrolmentAsync(number, null, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Voucher>> VouchersAsync(CancellationToken cancel = default) => store.VouchersAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ExpectedDevice>> ExpectedAsync(CancellationToken cancel = default) => store.ExpectedAsync(null, cancel);

    /// <summary>What makers' lists of revoked certificates want of people.</summary>
    private IEnumerable<string> Makers(CaptureTime now)
    {
        foreach (MakerList one in roots.Lists.Where(one => one.IsOutdatedAt(now)))
            yield return string.Create(CultureInfo.InvariantCulture, $"The list of revoked certificates of {one.IssuerName} was to be followed by a newer one on {one.Next!.Value.ToDate():yyyy-MM-dd}. What it names stays refused; fetch the maker's newer one ('wardkeeper trust import-crl FILE').");
        foreach (long device in roots.AffectedAmong(identities.All))
            yield return string.Create(CultureInfo.InvariantCulture, $"The maker of D-{device} revoked the certificate that the device enrolled by. Its certificates of this hospital stay until a person revokes them.");
    }

    private bool Matches(IssuedCertificate one, CertificateFilter filter)
    {
        if (filter.Grades.Count > 0 && !filter.Grades.Contains(one.Grade)) return false;
        if (filter.Profiles.Count > 0 && !filter.Profiles.Contains(one.Profile)) return false;
        if (filter.Device is { } device && one.Device != device) return false;
        if (filter.IsValid is { } valid && one.IsValidAt(time.Now()) != valid) return false;
        if (filter.IsRevoked is { } revoked && one.RevokedAt is not null != revoked) return false;
        if (filter.EndsBefore is { } end && one.NotAfter >= end) return false;
        if (filter.Text?.Trim() is not { Length: > 0 } text) return true;
        return new[] { one.Id, one.Subject, one.Serial, one.DeviceSerial, one.KeyHash }.Any(value => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
    }

    private static IOrderedEnumerable<IssuedCertificate> Ordered<T>(IEnumerable<IssuedCertificate> found, Func<IssuedCertificate, T> by, SortOrder sort) => sort.Descending ? found.OrderByDescending(by) : found.OrderBy(by);
}
