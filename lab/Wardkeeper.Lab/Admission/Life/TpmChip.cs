using System.Globalization;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>A machine's TPM with its maker's certificate (swtpm, its certificate by swtpm_localca), and an empty PKCS #11 token in it: what a device agent needs to be counted as one with a chip.</summary>
internal sealed class TpmChip : IAsyncDisposable
{
    private const int Port = 23_021;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Ward ward;
    private readonly HostNamespace host;
    private readonly string folder;
    private RunningProgram? tpm;

    private TpmChip(Ward ward, string key) => (this.ward, host, folder) = (ward, ward[key], ward.Site.FolderOf("chip-" + key));

    /// <summary>Library of the token.</summary>
    public static string Module => "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1";

    /// <summary>Its label and PIN.</summary>
    public const string Token = "device", Pin = "123456";

    /// <summary>Where the TPM is reached, in its machine.</summary>
    public static string Address => string.Create(CultureInfo.InvariantCulture, $"swtpm:host=127.0.0.1,port={Port}");

    /// <summary>Programs that it needs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } =
        [new("swtpm", "swtpm"), new("swtpm_setup", "swtpm-tools"), new("tpm2_flushcontext", "tpm2-tools"), new("pkcs11-tool", "opensc"), new(Module, "libtpm2-pkcs11-1"), new(Chip.Engine, "libengine-pkcs11-openssl")];

    /// <summary>Certificates of its maker, PEM.</summary>
    public string Roots => Path.Combine(folder, "roots.pem");

    /// <summary>File with the PIN.</summary>
    public string PinFile => Path.Combine(folder, "pin");

    /// <summary>What programs that use it need in their environment.</summary>
    public Dictionary<string, string> Environment => new(StringComparer.Ordinal)
    {
        ["TPM2_PKCS11_TCTI"] = Address,
        ["TPM2TOOLS_TCTI"] = Address,
        ["TPM2_PKCS11_STORE"] = Path.Combine(folder, "store"),
        ["TPM2_PKCS11_LOG_LEVEL"] = "0",
    };

    /// <summary>Makes the TPM and starts it.</summary>
    /// <param name="ward">Where.</param>
    /// <param name="key">On which machine.</param>
    /// <param name="withToken">Whether a token is made in it; else it is a TPM that knows nothing.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<TpmChip> MakeAsync(Ward ward, string key, bool withToken, CancellationToken cancel)
    {
        TpmChip chip = new(ward, key);
        string state = Directory.CreateDirectory(Path.Combine(chip.folder, "tpm")).FullName, ca = Directory.CreateDirectory(Path.Combine(chip.folder, "ca")).FullName;
        Directory.CreateDirectory(chip.Environment["TPM2_PKCS11_STORE"]);
        string setup = Path.Combine(chip.folder, "setup.conf"), local = Path.Combine(chip.folder, "local.conf"), options = Path.Combine(chip.folder, "local.options");
        await File.WriteAllTextAsync(setup, $"create_certs_tool = /usr/bin/swtpm_localca\ncreate_certs_tool_config = {local}\ncreate_certs_tool_options = {options}\nactive_pcr_banks = sha256\n", cancel);
        await File.WriteAllTextAsync(local, $"statedir = {ca}\nsigningkey = {ca}/signkey.pem\nissuercert = {ca}/issuercert.pem\ncertserial = {ca}/certserial\n", cancel);
        await File.WriteAllTextAsync(options, "--platform-manufacturer Maker\n--platform-version 1\n--platform-model Terminal\n", cancel);
        await File.WriteAllTextAsync(chip.PinFile, Pin + "\n", cancel);
        File.SetUnixFileMode(chip.PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await chip.MustAsync("swtpm_setup", ["--tpm2", "--tpmstate", state, "--config", setup, "--create-ek-cert", "--ecc", "--overwrite"], cancel);
        await File.WriteAllTextAsync(chip.Roots, await File.ReadAllTextAsync(Path.Combine(ca, "issuercert.pem"), cancel) + await File.ReadAllTextAsync(Path.Combine(ca, "swtpm-localca-rootca-cert.pem"), cancel), cancel);
        chip.tpm = await ProgramRun.ServeAsync(chip.host, ward.Site.LogOf(chip.host, "swtpm"), "swtpm",
            ["socket", "--tpm2", "--tpmstate", "dir=" + state, "--ctrl", $"type=tcp,port={Port + 1}", "--server", $"type=tcp,port={Port}", "--flags", "not-need-init,startup-clear"], [Port + 1], cancel);
        if (!withToken) return chip;
        await chip.MustAsync("pkcs11-tool", ["--module", Module, "--init-token", "--slot-index", "0", "--label", Token, "--so-pin", "12345678"], cancel);
        await chip.ForgetAsync(cancel);
        await chip.MustAsync("pkcs11-tool", ["--module", Module, "--token-label", Token, "--init-pin", "--so-pin", "12345678", "--pin", Pin], cancel);
        await chip.ForgetAsync(cancel);
        return chip;
    }

    /// <summary>Clears what a program left in the TPM: without a resource manager it would stay there.</summary>
    public Task ForgetAsync(CancellationToken cancel) => MustAsync("tpm2_flushcontext", ["-t"], cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (tpm is not null) await tpm.DisposeAsync();
    }

    private Task<ProgramResult> MustAsync(string program, string[] arguments, CancellationToken cancel) =>
        ProgramRun.MustRunAsync(host, ward.Site.LogOf(host, program), program, arguments, Limit, cancel, environment: Environment);
}
