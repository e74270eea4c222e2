using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>Starts wpa_supplicant at a machine's wired card, for EAP-TLS.</summary>
internal static class Supplicant
{
    /// <summary>What it needs.</summary>
    public static readonly Requirement Needs = new("wpa_supplicant", "wpasupplicant");

    /// <summary>With a key in a file.</summary>
    public static Task<RunningProgram> StartAsync(Ward ward, string machine, string root, string certificate, string keyFile, CancellationToken cancel) =>
        StartAsync(ward, machine, "", root, certificate, $"    private_key=\"{keyFile}\"\n", null, cancel);

    /// <summary>With a key in the machine's chip, which signs for it through OpenSSL's pkcs11 engine.</summary>
    public static Task<RunningProgram> StartAsync(Ward ward, string machine, string root, string certificate, Chip chip, string label, CancellationToken cancel) =>
        StartAsync(ward, machine, $"pkcs11_engine_path={Chip.Engine}\npkcs11_module_path={Chip.Module}\n", root, certificate,
            $"    engine=1\n    engine_id=\"pkcs11\"\n    key_id=\"pkcs11:token={Chip.Token};object={label};type=private\"\n    pin=\"{Chip.Pin}\"\n", chip.Environment, cancel);

    private static async Task<RunningProgram> StartAsync(Ward ward, string machine, string engine, string root, string certificate, string key, Dictionary<string, string>? environment, CancellationToken cancel)
    {
        HostNamespace host = ward[machine];
        string file = Path.Combine(ward.Site.FolderOf("supplicant"), machine + ".conf");
        await File.WriteAllTextAsync(file, $"ap_scan=0\n{engine}network={{\n    key_mgmt=IEEE8021X\n    eap=TLS\n    identity=\"{machine}\"\n    ca_cert=\"{root}\"\n    domain_suffix_match=\"radius.hospital.test\"\n    client_cert=\"{certificate}\"\n{key}    eapol_flags=0\n}}\n", cancel);
        return await ProgramRun.ServeAsync(host, ward.Site.LogOf(host, "wpa_supplicant"), "wpa_supplicant", ["-d", "-D", "wired", "-i", "eth0", "-c", file], [], cancel, environment);
    }
}
