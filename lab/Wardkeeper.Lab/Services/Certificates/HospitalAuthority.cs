using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Certificates;

/// <summary>The hospital's own certificate authority, made when first asked for: DICOM over TLS and the VPN trust it.</summary>
internal static class HospitalAuthority
{
    private static readonly Lock Making = new();

    /// <summary>A device's certificate, issued when first asked for.</summary>
    public static CertificateFiles Issue(HospitalSite site, HospitalDevice device)
    {
        string folder = site.FolderOf("certificates/issued"), authority = Path.Combine(folder, "authority.crt"), authorityKey = Path.Combine(folder, "authority.key");
        CertificateFiles files = new(Path.Combine(folder, device.Key + ".crt"), Path.Combine(folder, device.Key + ".key"), authority);
        lock (Making)
        {
            if (!File.Exists(authority)) MakeAuthority(authority, authorityKey);
            if (File.Exists(files.Certificate)) return files;
            using X509Certificate2 issuer = X509Certificate2.CreateFromPemFile(authority, authorityKey);
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = DeviceCertificate.Request(device, key);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
            using X509Certificate2 certificate = request.Create(issuer, DeviceCertificate.From, DeviceCertificate.Until, DeviceCertificate.SerialOf(device, "issued"));
            DeviceCertificate.WriteKey(files.Key, key);
            File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        }
        return files;
    }

    private static void MakeAuthority(string certificatePath, string keyPath)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("O=Laboratory Hospital, CN=Laboratory Hospital Device Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DeviceCertificate.From, DeviceCertificate.Until);
        DeviceCertificate.WriteKey(keyPath, key);
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
    }
}
