using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Trust;

/// <summary>The certificate that EST shows: issued by the hospital's own authority, so that devices which trust that need nothing else. Kept in the data folder and renewed by itself.</summary>
internal sealed class EstCertificate(AuthorityBook book, Enrolments enrolments, DataFolder folder, LiveSettings settings, TimeProvider clock)
{
    private static readonly Actor Hub = new("hub:est", new HashSet<Role> { Role.Administrator });
    private volatile SslStreamCertificateContext? context;

    /// <summary>What new connections are shown.</summary>
    public SslStreamCertificateContext Context => context ?? throw new InvalidOperationException("EST has no certificate yet.");

    /// <summary>Loads it, or has one issued when there is none, when it is due for renewal, or when its names or its authority are not the present ones.</summary>
    public async Task EnsureAsync(CancellationToken cancel)
    {
        string path = folder.Inside(TrustComposition.Folder, "est.pem");
        Authority authority = book.Issuing(KeyKind.P256) ?? throw new InvalidOperationException("No authority issues.");
        X509Certificate2 issuer = book.CertificateOf(authority);
        string[] names = Names();
        if (context is not null && IsGood(context.TargetCertificate, issuer, names)) return;
        if (File.Exists(path) && context is null)
        {
            try
            {
                X509Certificate2 kept = X509Certificate2.CreateFromPemFile(path, path);
                if (IsGood(kept, issuer, names))
                {
                    Show(kept, issuer);
                    return;
                }
                kept.Dispose();
            }
            catch (CryptographicException)
            {
                // Damaged: a new one costs nothing.
            }
        }
        await IssueAsync(path, issuer, names, cancel);
    }

    private async Task IssueAsync(string path, X509Certificate2 issuer, string[] names, CancellationToken cancel)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest("CN=EST", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        CheckedRequest asked = CsrCheck.Check(request, 2048, out _)!;
        AlternativeNames alternative = new([.. names.Where(name => !IPAddress.TryParse(name, out _))], [.. names.Select(name => IPAddress.TryParse(name, out IPAddress? address) ? address : null).OfType<IPAddress>()], null);
        (X509Certificate2 made, _) = await enrolments.OrderAsync(Hub, asked, CertificateProfile.All["server"], "Wardkeeper EST", alternative, null, "shown by EST", cancel);
        string next = path + ".new";
        File.Delete(next);
        PrivateFile.Create(next, System.Text.Encoding.ASCII.GetBytes(made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n"));
        File.Move(next, path, true);
        Show(X509Certificate2.CreateFromPemFile(path, path), issuer);
    }

    private void Show(X509Certificate2 certificate, X509Certificate2 issuer) => context = SslStreamCertificateContext.Create(certificate, [issuer], offline: true);

    private bool IsGood(X509Certificate2 certificate, X509Certificate2 issuer, string[] names)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)) return false;
        DateTime now = clock.GetUtcNow().UtcDateTime, from = certificate.NotBefore.ToUniversalTime(), to = certificate.NotAfter.ToUniversalTime();
        if (now < from || now > from + ((to - from) * 2 / 3)) return false;
        AlternativeNames held = CsrCheck.NamesOf(certificate);
        HashSet<string> all = [.. held.Dns, .. held.Addresses.Select(one => one.ToString())];
        return names.All(all.Contains);
    }

    private string[] Names()
    {
        TrustSettings trust = settings.Current.Trust;
        string[] bound = [.. trust.Bind.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)).Select(address => address.ToString())];
        return [.. new[] { "localhost", Dns.GetHostName().ToLowerInvariant(), "127.0.0.1" }.Concat(bound).Concat(trust.Hosts).Where(name => Uri.CheckHostName(name) != UriHostNameType.Unknown).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
