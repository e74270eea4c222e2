using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>A certification authority of a scene's own, with FreeRADIUS's certificate and an empty revocation list: the folder that <c>wardkeeper admission install</c> asks for.</summary>
internal static class FrontPki
{
    /// <summary>Makes the folder.</summary>
    public static async Task MakeAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), until = from.AddDays(30);
        using ECDsa caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest caRequest = new("CN=Ward 3 scene CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        X509SubjectKeyIdentifierExtension caId = new(caRequest.PublicKey, false);
        caRequest.CertificateExtensions.Add(caId);
        using X509Certificate2 ca = caRequest.CreateSelfSigned(from, until);

        CertificateRequest request = new("CN=radius.hospital.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(caId));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("radius.hospital.test");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(ca, from, until.AddMinutes(-1), [1, .. RandomNumberGenerator.GetBytes(15)]);
        byte[] crl = new CertificateRevocationListBuilder().Build(ca, 1, until, HashAlgorithmName.SHA256);

        await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), ca.ExportCertificatePem() + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "crl.pem"), PemEncoding.WriteString("X509 CRL", crl) + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "radius.pem"), certificate.ExportCertificatePem() + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "radius.key"), key.ExportPkcs8PrivateKeyPem() + "\n", cancel);
    }
}
