using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Admission;

/// <summary>
/// FreeRADIUS's certificates out of the hub's own authorities: a server certificate of the profile <c>radius</c>, and every authority that is trusted now, in a rollover the old and the new one. No
/// lists of revoked certificates: the hub judges revocation itself, at once and by the safety check; FreeRADIUS would read a list at its start alone, and refuse everybody once it is over. Made at <c>wardkeeper admission install</c>, looked after by <see cref="FrontTrustWork"/>.
/// </summary>
internal sealed class FrontTrust(AuthorityBook book, Enrolments enrolments, FrontFolder folder, LiveSettings settings, TimeProvider clock)
{
    private const string Profile = "radius";
    private static readonly Actor Itself = new("hub:radius", new HashSet<Role> { Role.Administrator });

    /// <summary>The folder of FreeRADIUS whose certificates are looked after; null when they are somebody else's, or nothing was installed.</summary>
    public string? Target => File.Exists(folder.OwnCertificates) && File.ReadAllText(folder.OwnCertificates).Trim() is { Length: > 0 } target && Directory.Exists(target) ? target : null;

    /// <summary>Remembers whose certificates a folder of FreeRADIUS has.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="isOwn">Whether they are the hub's.</param>
    public void Remember(string target, bool isOwn)
    {
        if (isOwn) FrontFolder.Write(folder.OwnCertificates, target + "\n");
        else if (Target == target) File.Delete(folder.OwnCertificates);
    }

    /// <summary>The texts of the certificates as they ought to be now; those that are there stay while they are good.</summary>
    /// <param name="target">The folder of FreeRADIUS.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>By the name of the file, its text.</returns>
    /// <exception cref="UserError">No authority issues.</exception>
    /// <exception cref="Hub.Trust.Keys.AuthorityKeyException">The key of an authority is not at hand.</exception>
    public async Task<IReadOnlyDictionary<string, string>> TextsAsync(string target, CancellationToken cancel)
    {
        if (!book.IsReady) throw new UserError("The hub has no authority that issues. Make one by 'wardkeeper trust init', or name a folder with another's certificates by --certificates DIR.");
        StringBuilder trusted = new();
        foreach (X509Certificate2 authority in book.Trusted()) trusted.Append(authority.ExportCertificatePem()).Append('\n');
        (string certificate, string key) = Kept(target) ?? await IssueAsync(cancel);
        return new Dictionary<string, string>(StringComparer.Ordinal) { [FrontCertificates.CaAndCrl] = trusted.ToString(), [FrontCertificates.Certificate] = certificate, [FrontCertificates.Key] = key };
    }

    /// <summary>Writes anew what is no longer as it ought to be.</summary>
    /// <returns>What changed; FreeRADIUS must be started anew to see it. Empty when nothing did.</returns>
    public async Task<IReadOnlyList<string>> RenewAsync(CancellationToken cancel)
    {
        if (Target is not { } target) return [];
        List<string> changed = [];
        foreach ((string name, string text) in await TextsAsync(target, cancel))
        {
            string path = Path.Combine(target, "certs", name);
            if (File.Exists(path) && await File.ReadAllTextAsync(path, cancel) == text) continue;
            FrontFolder.Write(path, text);
            changed.Add(name);
        }
        return changed;
    }

    /// <summary>Certificate and key that are there, while they are of an authority that is trusted and not due for renewal.</summary>
    private (string Certificate, string Key)? Kept(string target)
    {
        string certificate = Path.Combine(target, "certs", FrontCertificates.Certificate), key = Path.Combine(target, "certs", FrontCertificates.Key);
        if (!File.Exists(certificate) || !File.Exists(key)) return null;
        try
        {
            (string shown, string secret) = (File.ReadAllText(certificate), File.ReadAllText(key));
            using X509Certificate2 kept = X509Certificate2.CreateFromPem(shown, secret);
            return IsGood(kept) ? (shown, secret) : null;
        }
        catch (CryptographicException)
        {
            // Damaged, or written by half: a new one costs nothing.
            return null;
        }
    }

    private bool IsGood(X509Certificate2 kept)
    {
        DateTimeOffset now = clock.GetUtcNow(), from = kept.NotBefore.ToUniversalTime(), to = kept.NotAfter.ToUniversalTime();
        // An authority that ends soon shortens its certificates: then two thirds of what is left count.
        TimeSpan usual = CertificateProfile.All[Profile].RenewAfter, lasts = (to - from) * 2 / 3;
        if (now < from || now >= from + (usual < lasts ? usual : lasts)) return false;
        string? issuer = kept.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } id ? Convert.ToHexStringLower(id.Span) : null;
        return issuer is not null && book.Trusted(issuer) is not null;
    }

    private async Task<(string Certificate, string Key)> IssueAsync(CancellationToken cancel)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest("CN=RADIUS", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        CheckedRequest asked = CsrCheck.Check(request, 2048, out _)!;
        string[] names = [.. settings.Current.Trust.Hosts.Append(Dns.GetHostName().ToLowerInvariant()).Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns).Distinct(StringComparer.OrdinalIgnoreCase)];
        (X509Certificate2 made, IssuedCertificate entered) = await enrolments.OrderAsync(Itself, asked, CertificateProfile.All[Profile], "Wardkeeper RADIUS", new AlternativeNames(names, [], null), null, "shown by FreeRADIUS", cancel);
        using (made)
        {
            string chain = book.Trusted(entered.Issuer) is { } issuer ? book.CertificateOf(issuer).ExportCertificatePem() + "\n" : "";
            return (made.ExportCertificatePem() + "\n" + chain, key.ExportPkcs8PrivateKeyPem() + "\n");
        }
    }
}
