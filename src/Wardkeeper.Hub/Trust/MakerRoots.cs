using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust;

/// <summary>Roots of makers, by which a device's certificate of birth (IDevID) is judged.</summary>
internal sealed class MakerRoots
{
    private const int LargestCertificate = 64 << 10;
    private ImmutableArray<MakerRoot> all = [];

    /// <summary>All roots, by name.</summary>
    public IReadOnlyList<MakerRoot> All => [.. all.OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Number)];

    /// <summary>Reads an authority's certificate, DER or PEM; null when it is none.</summary>
    public static X509Certificate2? Read(byte[] content)
    {
        if (content.Length is 0 or > LargestCertificate) return null;
        try
        {
            X509Certificate2 read = X509CertificateLoader.LoadCertificate(content);
            bool isAuthority = read.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority);
            // SM2 is loaded, but its signatures cannot be checked here.
            bool isChecked = !read.SignatureAlgorithm.Value!.StartsWith("1.2.156.", StringComparison.Ordinal);
            if (isAuthority && isChecked) return read;
            read.Dispose();
        }
        catch (CryptographicException)
        {
            // It is no certificate.
        }
        return null;
    }

    /// <summary>Holds a root.</summary>
    public void Put(MakerRoot root) => ImmutableInterlocked.Update(ref all, static (known, added) => known.Add(added), root);

    /// <summary>Lets go of a root.</summary>
    public void Remove(long number) => ImmutableInterlocked.Update(ref all, static (known, gone) => known.RemoveAll(one => one.Number == gone), number);

    /// <summary>The root that vouches for a certificate; null when none does.</summary>
    /// <param name="certificate">What the device showed.</param>
    /// <param name="between">Certificates that it sent with it.</param>
    /// <param name="now">When.</param>
    /// <param name="issuer">Key identifier of the authority that signed the certificate itself.</param>
    public MakerRoot? VouchesFor(X509Certificate2 certificate, X509Certificate2Collection between, DateTimeOffset now, out string issuer)
    {
        issuer = "";
        if (all.Length == 0 || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority)) return null;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        // Makers' lists of revoked certificates are on the Internet, where this machine does not go.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        foreach (MakerRoot root in all) chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(root.Certificate));
        chain.ChainPolicy.ExtraStore.AddRange(between);
        if (!chain.Build(certificate) || chain.ChainElements.Count < 2) return null;
        issuer = CertificateMaker.KeyId(chain.ChainElements[1].Certificate);
        string anchor = Convert.ToHexStringLower(SHA256.HashData(chain.ChainElements[^1].Certificate.RawData));
        return all.FirstOrDefault(one => one.Fingerprint == anchor);
    }
}
