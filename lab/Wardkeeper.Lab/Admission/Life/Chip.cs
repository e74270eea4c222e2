using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>
/// A machine's chip, played by SoftHSM: a PKCS#11 token, into which the maker put a key and for it a certificate (802.1AR IDevID). What can be asked of it is a real chip's; that its
/// keys cannot be copied with the disk is not, for its tokens are files.
/// </summary>
internal sealed class Chip
{
    /// <summary>Label of the maker's key.</summary>
    public const string BirthKey = "idevid";

    /// <summary>Label of the token, and its PIN.</summary>
    public const string Token = "device", Pin = "123456";

    /// <summary>The library, and OpenSSL's engine that uses it.</summary>
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so", Engine = "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so";

    private readonly string folder;

    private Chip(string folder) => this.folder = folder;

    /// <summary>Programs that it needs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new("softhsm2-util", "softhsm2"), new("pkcs11-tool", "opensc"), new(Module, "softhsm2"), new(Engine, "libengine-pkcs11-openssl")];

    /// <summary>What programs of the machine need in their environment.</summary>
    public Dictionary<string, string> Environment => new() { ["SOFTHSM2_CONF"] = Path.Combine(folder, "softhsm2.conf"), ["PKCS11_MODULE_PATH"] = Module };

    /// <summary>File with the PIN.</summary>
    public string PinFile => Path.Combine(folder, "pin");

    /// <summary>The maker's certificate for its key, PEM.</summary>
    public string BirthCertificate => Path.Combine(folder, "idevid.pem");

    /// <summary>Makes it as the maker does: the key is made inside.</summary>
    public static async Task<Chip> MakeAsync(Ward ward, string key, Maker maker, string serial, CancellationToken cancel)
    {
        string folder = ward.Site.FolderOf("chip-" + key), tokens = Path.Combine(folder, "tokens");
        Directory.CreateDirectory(tokens);
        Chip chip = new(folder);
        await File.WriteAllTextAsync(chip.Environment["SOFTHSM2_CONF"], $"directories.tokendir = {tokens}\nobjectstore.backend = file\nslots.removable = false\nlog.level = ERROR\n", cancel);
        await File.WriteAllTextAsync(chip.PinFile, Pin + "\n", cancel);
        File.SetUnixFileMode(chip.PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await chip.MustAsync(ward, key, "softhsm2-util", ["--init-token", "--free", "--label", Token, "--so-pin", "12345678", "--pin", Pin], cancel);
        await chip.MustAsync(ward, key, "pkcs11-tool", ["--module", Module, "--token-label", Token, "--login", "--pin", Pin, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01", "--label", BirthKey], cancel);
        string made = Path.Combine(folder, "idevid.pub");
        await chip.MustAsync(ward, key, "pkcs11-tool", ["--module", Module, "--token-label", Token, "--read-object", "--type", "pubkey", "--label", BirthKey, "--output-file", made], cancel);
        PublicKey born = PublicKey.CreateFromSubjectPublicKeyInfo(await File.ReadAllBytesAsync(made, cancel), out _);
        await File.WriteAllTextAsync(chip.BirthCertificate, maker.Born(born, serial) + "\n", cancel);
        return chip;
    }

    /// <summary>Asks the token for private keys themselves, as a thief would who knows the PIN.</summary>
    public TokenTheft Steal()
    {
        foreach ((string name, string value) in Environment) Kernel.SetVariable(name, value);
        return TokenTheft.Of(Module, Token, Pin, BirthKey);
    }

    private Task<ProgramResult> MustAsync(Ward ward, string key, string program, string[] arguments, CancellationToken cancel) =>
        ProgramRun.MustRunAsync(ward[key], ward.Site.LogOf(ward[key], program), program, arguments, TimeSpan.FromSeconds(20), cancel, environment: Environment);
}

/// <summary>A maker of devices: its root, and the certificates that its devices are born with.</summary>
internal sealed class Maker : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-30);

    /// <summary>Founds it.</summary>
    public Maker()
    {
        CertificateRequest request = new("CN=Pumps Ltd IDevID Root, O=Pumps Ltd", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(from, from.AddYears(30));
    }

    /// <summary>Its root, PEM.</summary>
    public string Root => root.ExportCertificatePem();

    /// <summary>The certificate that a device is born with, PEM.</summary>
    public string Born(PublicKey device, string serial)
    {
        CertificateRequest request = new(new X500DistinguishedName($"CN=Infusion pump, SERIALNUMBER={serial}, O=Pumps Ltd"), device, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using X509Certificate2 born = request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, from.AddYears(20), [1, .. RandomNumberGenerator.GetBytes(15)]);
        return born.ExportCertificatePem();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
    }
}
