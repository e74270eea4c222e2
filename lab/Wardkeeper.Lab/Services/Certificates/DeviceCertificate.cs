using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Certificates;

/// <summary>
/// Certificates of devices. Keys are of P-256 and differ from run to run; names, serial numbers and dates are decided by the device.
/// The dates are fixed and wide, so that both the planned day and the day of the run lie between them.
/// </summary>
internal static class DeviceCertificate
{
    /// <summary>First moment of every certificate.</summary>
    public static readonly DateTimeOffset From = new(2021, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Last moment of every certificate.</summary>
    public static readonly DateTimeOffset Until = new(2041, 2, 28, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The device's self-signed certificate, made when first asked for.</summary>
    public static CertificateFiles SelfSigned(HospitalSite site, HospitalDevice device)
    {
        string folder = site.FolderOf("certificates/self-signed");
        CertificateFiles files = new(Path.Combine(folder, device.Key + ".crt"), Path.Combine(folder, device.Key + ".key"), Path.Combine(folder, device.Key + ".crt"));
        if (File.Exists(files.Certificate)) return files;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(device, key);
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa(key);
        using X509Certificate2 certificate = request.Create(request.SubjectName, signer, From, Until, SerialOf(device, "self"));
        WriteKey(files.Key, key);
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        return files;
    }

    /// <summary>A request with the device's names.</summary>
    public static CertificateRequest Request(HospitalDevice device, ECDsa key)
    {
        X500DistinguishedNameBuilder name = new();
        name.AddOrganizationName(device.Vendor);
        name.AddOrganizationalUnitName(device.Model);
        name.AddCommonName(device.HostName);
        CertificateRequest request = new(name.Build(), key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(device.HostName);
        names.AddIpAddress(device.Ip);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    /// <summary>Serial number: 16 bytes that the device and the purpose decide; the first is below 0x80, so that the number is positive.</summary>
    public static byte[] SerialOf(HospitalDevice device, string purpose)
    {
        byte[] serial = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{device.Key}\n{device.Serial}"))[..16];
        serial[0] = (byte)(serial[0] & 0x3F | 0x40);
        return serial;
    }

    /// <summary>Writes a private key that only its owner may read.</summary>
    public static void WriteKey(string path, ECDsa key)
    {
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
