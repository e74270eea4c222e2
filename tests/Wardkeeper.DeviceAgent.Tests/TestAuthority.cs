using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>A CA with its key: what a hub or a maker would have.</summary>
internal sealed class TestAuthority(string name, TestAuthority? above = null)
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private X509Certificate2? root;

    /// <summary>Its certificate: its own work, or that of the authority above.</summary>
    public X509Certificate2 Root => root ??= MakeRoot();

    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Root.RawData));

    /// <summary>Signs what a request asks for.</summary>
    public X509Certificate2 Issue(X500DistinguishedName subject, PublicKey publicKey, DateTimeOffset from, DateTimeOffset to, bool isServer = false)
    {
        CertificateRequest request = new(subject, publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        if (isServer)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
        }
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, Serial());
    }

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 IssueServer()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Issue(new X500DistinguishedName("CN=localhost"), new PublicKey(own), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30), true);
        return X509CertificateLoader.LoadPkcs12(certificate.CopyWithPrivateKey(own).Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private X509Certificate2 MakeRoot()
    {
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, above is null ? 1 : 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (above is not null) return request.Create(above.Root.SubjectName, X509SignatureGenerator.CreateForECDsa(above.key), DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddYears(5), Serial());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(10));
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }
}
