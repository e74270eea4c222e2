using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>The authorities as they are used: which one issues, their keys, their lists of revoked certificates. What is stored is held here too.</summary>
internal sealed class AuthorityBook(ITrustStore store, IdentityDirectory identities, KeyRing keys, TimeProvider time) : IDisposable
{
    private static readonly Actor Hub = new("hub:trust", new HashSet<Role>());

    private readonly SemaphoreSlim listing = new(1, 1);
    private readonly ConcurrentDictionary<long, X509Certificate2> parsed = new();
    private ImmutableArray<Authority> all = [];

    /// <summary>All authorities by number.</summary>
    public ImmutableArray<Authority> All => all;

    /// <summary>Raised when authorities were stored.</summary>
    public event Action? Changed;

    /// <summary>Whether any issues now.</summary>
    public bool IsReady => Issuing(KeyKind.P256) is not null;

    /// <summary>Puts what is stored into memory.</summary>
    public void Load(IEnumerable<Authority> authorities)
    {
        foreach (Authority one in authorities) Hold(one);
        Changed?.Invoke();
    }

    /// <summary>The authority that issues for a key of this kind; an RSA one for RSA keys where there is one, since whoever has only RSA cannot check other signatures. Null when none issues.</summary>
    public Authority? Issuing(KeyKind kind)
    {
        CaptureTime now = time.Now();
        Authority[] active = [.. all.Where(one => one is { Kind: AuthorityKind.Issuing, State: AuthorityState.Active } && one.IsTrustedAt(now)).OrderByDescending(one => one.Number)];
        bool isRsa = kind == KeyKind.Rsa;
        return active.FirstOrDefault(one => (one.KeyKind == KeyKind.Rsa) == isRsa) ?? active.FirstOrDefault();
    }

    /// <summary>An authority that is trusted now, by its key identifier; null when it is none.</summary>
    public Authority? Trusted(string keyId)
    {
        CaptureTime now = time.Now();
        return all.FirstOrDefault(one => one.KeyId == keyId && one.IsTrustedAt(now));
    }

    /// <summary>The certificate of an authority.</summary>
    public X509Certificate2 CertificateOf(Authority authority) => parsed.GetOrAdd(authority.Number, _ => X509CertificateLoader.LoadCertificate(authority.Certificate));

    /// <summary>Its key.</summary>
    /// <exception cref="AuthorityKeyException">It is not at hand.</exception>
    public IAuthorityKey KeyOf(Authority authority) => keys.Of(authority);

    /// <summary>Certificates of everything that is trusted now, roots first.</summary>
    public X509Certificate2Collection Trusted()
    {
        CaptureTime now = time.Now();
        return [.. all.Where(one => one.IsTrustedAt(now)).OrderBy(one => one.Kind).ThenByDescending(one => one.Number).Select(CertificateOf)];
    }

    /// <summary>Stores authorities, then holds them.</summary>
    public async Task<IReadOnlyList<Authority>> SaveAsync(Actor who, IReadOnlyList<Authority> authorities, IReadOnlyList<AuditNote> notes, CancellationToken cancel)
    {
        IReadOnlyList<Authority> saved = await store.SaveAsync(who, authorities, notes, cancel);
        foreach (Authority one in saved) Hold(one);
        Changed?.Invoke();
        return saved;
    }

    /// <summary>The list of certificates that an authority revoked; made anew each day, or when asked for.</summary>
    /// <param name="keyId">Key identifier of the authority.</param>
    /// <param name="anew">Whether it must be made anew: something was revoked.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The list, DER; null when there is no such authority, or it has none.</returns>
    /// <exception cref="AuthorityKeyException">The key is not at hand; the list before stands.</exception>
    public async Task<byte[]?> CrlAsync(string keyId, bool anew, CancellationToken cancel)
    {
        if (Of(keyId) is not { } seen) return null;
        bool isOwn = seen is { Kind: AuthorityKind.Issuing, State: AuthorityState.Active or AuthorityState.Retiring } && seen.KeyPlace is not (Authority.Offline or Authority.Outside);
        if (!isOwn) return seen.Crl;
        await listing.WaitAsync(cancel);
        try
        {
            Authority authority = Of(keyId)!;
            CaptureTime now = time.Now();
            if (!anew && authority.Crl is { } list && authority.CrlDue is { } due && now < due.Plus(-TrustOptions.CrlLife + TimeSpan.FromDays(1))) return list;
            long number = authority.CrlNumber + 1;
            IssuedCertificate[] revoked = [.. identities.All.Where(one => one.Issuer == keyId && one.RevokedAt is not null && now <= one.NotAfter).OrderBy(one => one.Number)];
            byte[] made = CertificateMaker.Crl(CertificateOf(authority), KeyOf(authority), revoked, number, time.GetUtcNow(), TrustOptions.CrlLife);
            AuditNote[] notes = anew ? [new("crl-made", AuthoritySubject(authority), null, $"number {number}, {revoked.Length} certificates")] : [];
            await SaveAsync(Hub, [authority with { Crl = made, CrlNumber = number, CrlDue = now.Plus(TrustOptions.CrlLife) }], notes, cancel);
            return made;
        }
        finally
        {
            listing.Release();
        }
    }

    /// <summary>How the audit log calls an authority.</summary>
    public static string AuthoritySubject(Authority authority) => "authority:" + authority.Name;

    /// <inheritdoc/>
    public void Dispose()
    {
        listing.Dispose();
        foreach (X509Certificate2 one in parsed.Values) one.Dispose();
    }

    private Authority? Of(string keyId) => all.FirstOrDefault(one => one.KeyId == keyId);

    private void Hold(Authority one)
    {
        ImmutableInterlocked.Update(ref all, static (known, added) => known.FirstOrDefault(other => other.Number == added.Number) is { } before ? known.Replace(before, added) : known.Add(added), one);
        if (one.Certificate.Length > 0) identities.Learn(one.KeyId, CertificateOf(one).SubjectName.RawData);
    }
}
