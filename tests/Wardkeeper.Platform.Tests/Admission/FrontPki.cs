using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>A CA of the tests: FreeRADIUS's certificate, devices' certificates, a revocation list.</summary>
internal sealed class FrontPki : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 authority;
    private readonly CertificateRevocationListBuilder revoked = new();
    private int serial = 16;

    public FrontPki(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        CertificateRequest request = new("CN=CA of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        authority = request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(5));
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem() + "\n");
        Issue("radius", Now.AddDays(-1), Now.AddDays(30), "1.3.6.1.5.5.7.3.1", "radius.test");
        Issue("pump", Now.AddDays(-1), Now.AddDays(30));
        Issue("expired", Now.AddDays(-20), Now.AddDays(-10));
        revoked.AddEntry(Issue("revoked", Now.AddDays(-1), Now.AddDays(30)), Now.AddHours(-1), X509RevocationReason.KeyCompromise);
        byte[] list = revoked.Build(authority, 1, Now.AddDays(30), HashAlgorithmName.SHA256, thisUpdate: Now.AddHours(-1));
        File.WriteAllText(Path.Combine(folder, "crl.pem"), PemEncoding.WriteString("X509 CRL", list) + "\n");
    }

    public string Folder { get; }

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose()
    {
        authority.Dispose();
        key.Dispose();
    }

    private byte[] Issue(string name, DateTimeOffset from, DateTimeOffset until, string usage = "1.3.6.1.5.5.7.3.2", string? dns = null)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (dns is not null)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName(dns);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }
        byte[] number = [0x40, (byte)++serial];
        using X509Certificate2 made = request.Create(authority, from, until, number);
        File.WriteAllText(this[name + ".pem"], made.ExportCertificatePem() + "\n");
        File.WriteAllText(this[name + ".key"], own.ExportPkcs8PrivateKeyPem() + "\n");
        return number;
    }
}
