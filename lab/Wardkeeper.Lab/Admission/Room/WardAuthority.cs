using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Admission.Wires;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>
/// The hub as the hospital's certificate authority, made by its own commands: enrolment (EST) in the onboarding VLAN, the listener for devices in the medical one, and the
/// certificates of FreeRADIUS. The hub has a card in both.
/// </summary>
internal sealed class WardAuthority
{
    private const int EstPort = 8444, DevicePort = 8447;
    private readonly SceneStand run;
    private readonly IPAddress onboarding, medical;

    private WardAuthority(SceneStand run, IPAddress onboarding, IPAddress medical)
    {
        (this.run, this.onboarding, this.medical) = (run, onboarding, medical);
        Settings = new Dictionary<string, string>
        {
            ["WARDKEEPER_TRUST_BIND"] = "*",
            ["WARDKEEPER_TRUST_HOSTS"] = $"{onboarding},{medical}",
        };
    }

    /// <summary>What the hub is started with.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Where devices enrol.</summary>
    public string Est => $"https://{onboarding}:{EstPort}";

    /// <summary>The same in the medical VLAN.</summary>
    public string EstInside => $"https://{medical}:{EstPort}";

    /// <summary>Where both are reached in the medical VLAN.</summary>
    public (IPEndPoint Est, IPEndPoint Devices) Doors => (new(medical, EstPort), new(medical, DevicePort));

    /// <summary>Where devices report.</summary>
    public string Service => $"https://{medical}:{DevicePort}";

    /// <summary>The root certificate, PEM.</summary>
    public string RootFile => Path.Combine(run.Folder, "root.pem");

    /// <summary>Cables the hub.</summary>
    public static async Task<WardAuthority> PrepareAsync(SceneStand run, Ward ward, CancellationToken cancel) =>
        new(run, await ward.CableHubAsync(ward.Vlans.Onboarding, cancel), await ward.CableHubAsync(ward.Vlans.Medical, cancel));

    /// <summary>Makes root and issuing authority, the certificates of FreeRADIUS (the folder that <c>admission install</c> asks for) and of the listener for devices, and starts the hub again with that.</summary>
    public async Task MakeAsync(HubRoom hub, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await hub.MustAsync(["trust", "init", "--name", "Ward 3", "--root-key", Path.Combine(run.Folder, "root.p8")], cancel, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        (string radius, string radiusKey) = await IssueAsync(hub, "radius", ["--profile", "radius", "--hosts", "radius.hospital.test"], cancel);
        (string devices, string devicesKey) = await IssueAsync(hub, "devices", ["--profile", "server", "--hosts", medical.ToString()], cancel);
        string text = await hub.MustAsync(["trust", "crl", "--with-authorities"], cancel);
        const string ListBegins = "-----BEGIN X509 CRL-----";
        int lists = text.IndexOf(ListBegins, StringComparison.Ordinal);
        if (lists < 0) throw new LabException("the hub's authorities have no lists of revoked certificates");
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPem(text.AsSpan(0, lists));
        await File.WriteAllTextAsync(RootFile, authorities.First(one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData)).ExportCertificatePem() + "\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), text[..lists], cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "crl.pem"), text[lists..], cancel);
        File.Copy(radius, Path.Combine(folder, "radius.pem"));
        File.Copy(radiusKey, Path.Combine(folder, "radius.key"));
        (hub.Environment["WARDKEEPER_DEVICES_PORT"], hub.Environment["WARDKEEPER_DEVICES_CERTIFICATE"], hub.Environment["WARDKEEPER_DEVICES_CERTIFICATE_KEY"]) = (DevicePort.ToString(System.Globalization.CultureInfo.InvariantCulture), devices, devicesKey);
        await hub.KillAsync();
        await hub.SwitchOnAsync(cancel);
        run.Telling.Say("scene-authority");
    }

    /// <summary>Has a certificate issued for a new key that lies in a file, as for a device that has no chip.</summary>
    /// <returns>Paths of certificate (with its issuer's) and key, PEM.</returns>
    public async Task<(string Certificate, string Key)> IssueAsync(HubRoom hub, string name, IReadOnlyList<string> what, CancellationToken cancel)
    {
        string file = Path.Combine(run.Folder, name);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(file + ".key", key.ExportPkcs8PrivateKeyPem() + "\n", cancel);
        File.SetUnixFileMode(file + ".key", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file + ".csr", new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n", cancel);
        JsonElement issued = await hub.JsonAsync(["trust", "issue", file + ".csr", "--reason", "the ward is set up", "--json", .. what], cancel);
        await File.WriteAllTextAsync(file + ".pem", (issued.Find("pem") ?? throw new LabException("the hub issued no certificate")) + "\n", cancel);
        return (file + ".pem", file + ".key");
    }
}
