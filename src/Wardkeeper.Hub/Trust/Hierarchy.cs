using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Where the root's key is: in a file with a passphrase that is carried away, or on a token.</summary>
/// <param name="Path">The file; null for a token.</param>
/// <param name="Passphrase">Its passphrase.</param>
/// <param name="Token">Label of the token; null for a file.</param>
internal sealed record RootPlace(string? Path, string? Passphrase, string? Token)
{
    /// <summary>The file's text, where it was handed over instead of its path.</summary>
    public string? Pem { get; init; }
}

/// <summary>Makes and changes the hierarchy of authorities: a root that signs issuing ones, their rollover, and authorities that an outside one vouches for.</summary>
internal sealed class Hierarchy(AuthorityBook book, KeyRing keys, IdentityDirectory identities, ITrustStore store, TrustOptions options, TimeProvider time)
{
    private const int ShortestPassphrase = 16;
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(20 * 365), IssuingLife = TimeSpan.FromDays(6 * 365);

    /// <summary>Makes the root and the first issuing authority.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="name">Name of the hospital, in the authorities' names.</param>
    /// <param name="root">Where the root's key goes; the file must not be there yet.</param>
    /// <param name="kind">Kind of the issuing authority's key; the root has P-384.</param>
    /// <param name="token">Token of the issuing authority's key; null for a sealed file.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Root and issuing authority.</returns>
    public async Task<IReadOnlyList<Authority>> InitAsync(Actor who, string name, RootPlace root, KeyKind kind, string? token, CancellationToken cancel)
    {
        MayChange(who);
        if (book.All.Any(one => one.State is AuthorityState.Active or AuthorityState.Retiring)) throw Wrong(Refusal.Conflict, "authority-there", "There are authorities already. A further issuing one is made by 'wardkeeper trust rollover'.");
        if (string.IsNullOrWhiteSpace(name) || name.Length > 40) throw Wrong(Refusal.Invalid, "name-wrong", "Give the authorities a name of 1 to 40 letters.");
        DateTimeOffset now = time.GetUtcNow();
        (IAuthorityKey rootKey, string rootPlace) = MakeRootKey(root);
        string? issuingPlace = null;
        try
        {
            using X509Certificate2 rootCertificate = CertificateMaker.Root(Name(name, "Root CA"), rootKey, now, RootLife);
            (IAuthorityKey key, issuingPlace, byte[]? password) = keys.Make(kind, token);
            using X509Certificate2 issuing = CertificateMaker.Issuing(Name(name, IssuingName(kind)), key.PublicKey, rootCertificate, rootKey, options.Points(), now, IssuingLife);
            Authority top = Made(rootCertificate, AuthorityKind.Root, KeyKind.P384, rootPlace) with { CrlNumber = 1, Crl = CertificateMaker.Crl(rootCertificate, rootKey, [], 1, now, TrustOptions.RootCrlLife), CrlDue = Time(now + TrustOptions.RootCrlLife) };
            Authority below = Made(issuing, AuthorityKind.Issuing, kind, issuingPlace) with { SealedPassword = password };
            return await book.SaveAsync(who, [top, below], [Note("authority-created", top), Note("authority-created", below)], cancel);
        }
        catch
        {
            if (issuingPlace is not null) keys.Forget(issuingPlace);
            if (root.Path is not null) File.Delete(root.Path);
            throw;
        }
        finally
        {
            if (root.Path is not null) rootKey.Dispose();
        }
    }

    /// <summary>Makes a new issuing authority beside the old one of its kind, which stays trusted until it is over.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="root">Where the root's key is; needed for a file.</param>
    /// <param name="kind">Kind of the new key; an RSA authority stands beside the EC one.</param>
    /// <param name="token">Token of the new key; null for a sealed file.</param>
    /// <param name="revokeOld">Whether the old one's key fell into other hands: it is revoked with everything that it issued.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The new authority, and the certificates that were revoked.</returns>
    public async Task<(Authority Made, IReadOnlyList<IssuedCertificate> Revoked)> RolloverAsync(Actor who, RootPlace root, KeyKind kind, string? token, bool revokeOld, string reason, CancellationToken cancel)
    {
        MayChange(who);
        if (string.IsNullOrWhiteSpace(reason)) throw Wrong(Refusal.Invalid, "reason-missing", "Say why.");
        Authority top = book.All.LastOrDefault(one => one is { Kind: AuthorityKind.Root, State: AuthorityState.Active } && one.KeyPlace != Authority.Outside) ?? throw Wrong(Refusal.NotFound, "no-root", "There is no root of this hospital. Make one by 'wardkeeper trust init', or, under an outside authority, 'wardkeeper trust request'.");
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 rootCertificate = book.CertificateOf(top);
        IAuthorityKey rootKey = OpenRoot(top, root, rootCertificate);
        string? place = null;
        try
        {
            (IAuthorityKey key, place, byte[]? password) = keys.Make(kind, token);
            string name = DistinguishedNames.Read(rootCertificate.SubjectName.RawData).First(one => one.Type == DistinguishedNames.CommonName).Value.Replace(" Root CA", "", StringComparison.Ordinal);
            using X509Certificate2 issuing = CertificateMaker.Issuing(Name(name, IssuingName(kind)), key.PublicKey, rootCertificate, rootKey, options.Points(), now, IssuingLife);
            Authority made = Made(issuing, AuthorityKind.Issuing, kind, place) with { SealedPassword = password };
            List<Authority> changed = [made, .. Predecessors(kind).Select(old => old with { State = revokeOld ? AuthorityState.Revoked : AuthorityState.Retiring })];
            IssuedCertificate[] gone = [.. book.All.Concat(changed).Where(one => one is { State: AuthorityState.Revoked, Kind: AuthorityKind.Issuing }).DistinctBy(one => one.Number).Select(one => RevokedEntry(one, now))];
            changed.Add(top with { CrlNumber = top.CrlNumber + 1, Crl = CertificateMaker.Crl(rootCertificate, rootKey, gone, top.CrlNumber + 1, now, TrustOptions.RootCrlLife), CrlDue = Time(now + TrustOptions.RootCrlLife) });
            List<AuditNote> notes = [Note("authority-created", made, reason), .. changed.Where(one => one.Number > 0 && one.Kind == AuthorityKind.Issuing).Select(one => Note(revokeOld ? "authority-revoked" : "authority-retiring", one, reason))];
            IReadOnlyList<Authority> saved = await book.SaveAsync(who, changed, notes, cancel);
            return (saved[0], revokeOld ? await RevokeAllAsync(who, [.. saved.Where(one => one.State == AuthorityState.Revoked)], reason, cancel) : []);
        }
        catch when (place is not null && !book.All.Any(one => one.KeyPlace == place))
        {
            keys.Forget(place);
            throw;
        }
        finally
        {
            if (top.KeyPlace == Authority.Offline) rootKey.Dispose();
        }
    }

    /// <summary>Makes the key and the request of an issuing authority that an outside one is to vouch for.</summary>
    /// <returns>The authority, and its request, DER.</returns>
    public async Task<(Authority Requested, byte[] Request)> RequestAsync(Actor who, string name, KeyKind kind, string? token, CancellationToken cancel)
    {
        MayChange(who);
        if (string.IsNullOrWhiteSpace(name) || name.Length > 40) throw Wrong(Refusal.Invalid, "name-wrong", "Give the authority a name of 1 to 40 letters.");
        (IAuthorityKey key, string place, byte[]? password) = keys.Make(kind, token);
        try
        {
            string keyId = new X509SubjectKeyIdentifierExtension(key.PublicKey, false).SubjectKeyIdentifier!.ToLowerInvariant();
            Authority requested = new(0, $"{name} {IssuingName(kind)}", AuthorityKind.Issuing, AuthorityState.Requested, kind, place, keyId, [], default, default) { SealedPassword = password };
            byte[] request = CertificateMaker.Request(Name(name, IssuingName(kind)), key);
            return ((await book.SaveAsync(who, [requested], [Note("authority-requested", requested)], cancel))[0], request);
        }
        catch
        {
            keys.Forget(place);
            throw;
        }
    }

    /// <summary>Takes the certificate that an outside authority gave for a request, with the chain above it.</summary>
    /// <param name="who">Administrator.</param>
    /// <param name="chain">The certificate, and those above it up to a self-signed one.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<Authority> AcceptAsync(Actor who, X509Certificate2Collection chain, CancellationToken cancel)
    {
        MayChange(who);
        DateTimeOffset now = time.GetUtcNow();
        (Authority requested, X509Certificate2 own) = chain.SelectMany(one => book.All.Where(known => known.State == AuthorityState.Requested && book.KeyOf(known).PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(one.PublicKey.ExportSubjectPublicKeyInfo())).Select(known => (known, one))).FirstOrDefault();
        if (requested is null) throw Wrong(Refusal.NotFound, "no-request", "None of these certificates has the key of a request. Make one by 'wardkeeper trust request', and give the whole chain in PEM.");
        using X509Chain path = new();
        path.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        path.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        path.ChainPolicy.VerificationTime = now.UtcDateTime;
        X509Certificate2[] above = [.. chain.Where(one => !ReferenceEquals(one, own))];
        path.ChainPolicy.CustomTrustStore.AddRange(above.Where(one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData)).ToArray());
        path.ChainPolicy.ExtraStore.AddRange(above);
        if (!own.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority) || !path.Build(own))
            throw Wrong(Refusal.Invalid, "chain-wrong", "The certificate is no authority's, or the chain above it does not end in a self-signed one: " + string.Join(" ", path.ChainStatus.Select(one => one.StatusInformation.Trim())));
        Authority made = Made(own, AuthorityKind.Issuing, requested.KeyKind, requested.KeyPlace) with { Number = requested.Number, SealedPassword = requested.SealedPassword };
        HashSet<string> known = [.. book.All.Select(one => one.KeyId)];
        Authority[] outside = [.. path.ChainElements.Skip(1).Select(one => Made(one.Certificate, AuthorityKind.Root, KindOf(one.Certificate), Authority.Outside)).Where(one => !known.Contains(one.KeyId))];
        Authority[] old = [.. Predecessors(requested.KeyKind).Where(one => one.Number != requested.Number).Select(one => one with { State = AuthorityState.Retiring })];
        return (await book.SaveAsync(who, [made, .. outside, .. old], [Note("authority-accepted", made), .. outside.Select(one => Note("outside-authority-trusted", one)), .. old.Select(one => Note("authority-retiring", one))], cancel))[0];
    }

    private async Task<IReadOnlyList<IssuedCertificate>> RevokeAllAsync(Actor who, IReadOnlyList<Authority> authorities, string reason, CancellationToken cancel)
    {
        CaptureTime now = time.Now();
        HashSet<string> issuers = [.. authorities.Select(one => one.KeyId)];
        IssuedCertificate[] revoked = [.. identities.All.Where(one => issuers.Contains(one.Issuer) && one.RevokedAt is null && now <= one.NotAfter).OrderBy(one => one.Number).Select(one => one with { RevokedAt = now, RevocationReason = "cACompromise" })];
        if (revoked.Length == 0) return revoked;
        await store.ChangeAsync(who, revoked, new AuditNote("certificates-revoked", AuthorityBook.AuthoritySubject(authorities[0]), null, $"{revoked.Length} certificates: cACompromise", reason), cancel);
        foreach (IssuedCertificate one in revoked) identities.Put(one);
        return revoked;
    }

    private (IAuthorityKey Key, string Place) MakeRootKey(RootPlace root)
    {
        if (root.Token is { } token)
        {
            (IAuthorityKey made, string place, _) = keys.Make(KeyKind.P384, token);
            return (made, place);
        }
        if (root.Passphrase is not { Length: >= ShortestPassphrase }) throw Wrong(Refusal.Invalid, "passphrase-short", $"The root's passphrase needs at least {ShortestPassphrase} letters.");
        FileKey key = FileKey.Make(KeyKind.P384);
        try
        {
            key.Save(root.Path!, root.Passphrase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw Wrong(Refusal.Conflict, "root-file", $"The root's key cannot be written to {root.Path}: {e.Message}");
        }
        return (key, Authority.Offline);
    }

    private IAuthorityKey OpenRoot(Authority top, RootPlace root, X509Certificate2 certificate)
    {
        if (top.KeyPlace != Authority.Offline) return keys.Of(top);
        if (root is { Path: null, Pem: null }) throw Wrong(Refusal.Invalid, "root-file", "The root's key is kept off this machine. Bring its file and name it with --root-key.");
        FileKey key = root.Pem is { } pem ? FileKey.Read(pem, "of the root", root.Passphrase ?? "") : FileKey.Open(root.Path!, root.Passphrase ?? "");
        if (key.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo())) return key;
        key.Dispose();
        throw Wrong(Refusal.Invalid, "root-file", $"The key {(root.Path is { } path ? $"in {path} " : "")}is not the key of {top.Name}.");
    }

    private IEnumerable<Authority> Predecessors(KeyKind kind) => book.All.Where(one => one is { Kind: AuthorityKind.Issuing, State: AuthorityState.Active } && (one.KeyKind == KeyKind.Rsa) == (kind == KeyKind.Rsa));

    private string IssuingName(KeyKind kind)
    {
        int number = book.All.Count(one => one.Kind == AuthorityKind.Issuing) + 1;
        return $"Issuing CA {number} {kind switch { KeyKind.Rsa => "RSA", KeyKind.P384 => "P-384", _ => "P-256" }}";
    }

    private X500DistinguishedName Name(string hospital, string what) => DistinguishedNames.Make((DistinguishedNames.Organization, options.Organization() is { Length: > 0 } named ? named : hospital), (DistinguishedNames.CommonName, $"{hospital} {what}"));

    private static Authority Made(X509Certificate2 certificate, AuthorityKind kind, KeyKind key, string place) => new(
        0,
        DistinguishedNames.Read(certificate.SubjectName.RawData).Where(one => one.Type == DistinguishedNames.CommonName).Select(one => one.Value).FirstOrDefault(certificate.Subject),
        kind,
        AuthorityState.Active,
        key,
        place,
        CertificateMaker.KeyId(certificate),
        certificate.RawData,
        CertificateMaker.Time(certificate.NotBefore),
        CertificateMaker.Time(certificate.NotAfter));

    private IssuedCertificate RevokedEntry(Authority one, DateTimeOffset now) => new(0, null, IssuedCertificate.Outside, IdentityGrade.SoftwareCertificate, "", SerialNumbers.Text(book.CertificateOf(one).SerialNumberBytes.Span), one.Name, null, "", one.NotBefore, one.NotAfter, one.NotAfter, "", Time(now), "cACompromise");

    private static KeyKind KindOf(X509Certificate2 certificate)
    {
        using ECDsa? ec = certificate.GetECDsaPublicKey();
        return ec is null ? KeyKind.Rsa : ec.KeySize == 256 ? KeyKind.P256 : KeyKind.P384;
    }

    private static CaptureTime Time(DateTimeOffset at) => CaptureTime.FromDate(at);

    private static AuditNote Note(string action, Authority authority, string? reason = null) => new(action, AuthorityBook.AuthoritySubject(authority), null, $"{authority.Kind}, {authority.KeyKind}, key {authority.KeyId} in {authority.KeyPlace}", reason);

    private static void MayChange(Actor who)
    {
        if (!who.Is(Role.Administrator)) throw Wrong(Refusal.Forbidden, "needs-administrator", "Authorities are changed by administrators.");
    }

    private static RefusedException Wrong(Refusal kind, string code, string message) => new(kind, "", code, message);
}
