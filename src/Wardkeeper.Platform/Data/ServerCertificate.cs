using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Data;

/// <summary>
/// The certificate that console and API show. Without one of the site's own, a self-signed one is made at the first start and
/// kept in the data folder; it is made anew, with the same key, a month before it ends or when the machine's names change.
/// </summary>
internal sealed class ServerCertificate(DataFolder folder, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(397), Renewal = TimeSpan.FromDays(30);

    private volatile SslStreamCertificateContext? context;

    /// <summary>The certificate that new connections are shown, with its chain.</summary>
    public SslStreamCertificateContext Context => context ?? throw new InvalidOperationException("No certificate was loaded.");

    /// <summary>The certificate that new connections are shown.</summary>
    public X509Certificate2 Current => Context.TargetCertificate;

    /// <summary>Where the self-signed certificate of a data folder lies.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "tls", "certificate.pem");

    /// <summary>Loads or makes the certificate.</summary>
    /// <exception cref="UserError">The configured one cannot be used; the one before stays.</exception>
    public void Load(WebSettings web)
    {
        if (web.Certificate is null)
        {
            context = SslStreamCertificateContext.Create(OwnOrNew(web), null, offline: true);
            return;
        }
        X509Certificate2 certificate = Configured(web.Certificate, web.CertificateKey);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(web.Certificate);
        context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>SHA-256 of the certificate, to compare with what a browser shows.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Current.RawData));

    /// <summary>Reads a certificate with its key.</summary>
    /// <exception cref="UserError">It cannot be used.</exception>
    public static X509Certificate2 Configured(string path, string? keyPath)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(path, keyPath ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UserError($"web.certificate {path} cannot be used: {e.Message} It must hold a certificate in PEM; its key stands in the same file or in web.certificateKey.");
        }
    }

    private X509Certificate2 OwnOrNew(WebSettings web)
    {
        string certificatePath = folder.Inside("tls", "certificate.pem"), keyPath = folder.Inside("tls", "key.pem");
        ECDsa? key = null;
        try
        {
            if (File.Exists(keyPath))
            {
                key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(keyPath));
                if (File.Exists(certificatePath))
                {
                    X509Certificate2 kept = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
                    if (IsStillGood(kept, Names(web))) return kept;
                    kept.Dispose();
                }
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UserError($"The certificate in {Path.GetDirectoryName(certificatePath)} is damaged: {e.Message} Delete that folder; a new one is made at the next start.");
        }
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using (key)
        {
            Write(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
            using X509Certificate2 made = Make(key, Names(web));
            Write(certificatePath, made.ExportCertificatePem() + "\n");
        }
        return X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
    }

    private bool IsStillGood(X509Certificate2 certificate, IReadOnlyList<string> names)
    {
        if (certificate.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime < Renewal) return false;
        X509SubjectAlternativeNameExtension? alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (alternative is null) return false;
        HashSet<string> held = [.. alternative.EnumerateDnsNames(), .. alternative.EnumerateIPAddresses().Select(address => address.ToString())];
        return names.All(held.Contains);
    }

    private X509Certificate2 Make(ECDsa key, IReadOnlyList<string> names)
    {
        CertificateRequest request = new("CN=Wardkeeper", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternative = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address)) alternative.AddIpAddress(address);
            else alternative.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        DateTimeOffset now = clock.GetUtcNow();
        // A browser whose clock is a little behind must not refuse it.
        return request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + Life);
    }

    private static IReadOnlyList<string> Names(WebSettings web)
    {
        string host = Dns.GetHostName().ToLowerInvariant();
        IEnumerable<string> bound = web.Bind.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)).Select(address => address.ToString());
        return [.. new[] { "localhost", host, "127.0.0.1", "::1" }.Concat(bound).Concat(web.Hosts).Where(name => Uri.CheckHostName(name) != UriHostNameType.Unknown).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static void Write(string path, string text)
    {
        string next = path + ".new";
        File.Delete(next);
        using (FileStream stream = new(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(true);
        }
        File.Move(next, path, true);
    }
}
