using System.Diagnostics;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>A chip of a kind, made for one test: a key file, a SoftHSM token, or a software TPM behind tpm2-pkcs11, with its maker's certificate.</summary>
internal sealed class TestChip : IAsyncDisposable
{
    private const string SoftHsm = "/usr/lib/softhsm/libsofthsm2.so", Tpm = "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1", Tool = "/usr/bin/pkcs11-tool";

    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-chip-").FullName;
    private Process? swtpm;

    /// <summary>The folder of the chip: what a thief of the disk does not get.</summary>
    public string Folder => folder;

    public ChipSettings Settings { get; private set; } = null!;

    /// <summary>How tpm2-tools reach the TPM; null when there is none.</summary>
    public string? Tcti { get; private set; }

    public static async Task<TestChip> MakeAsync(string kind)
    {
        TestChip chip = new();
        switch (kind)
        {
            case "softhsm":
                await chip.MakeSoftHsmAsync();
                break;
            case "tpm":
                await chip.MakeTpmAsync();
                break;
            default:
                string secret = chip.Secret("secret", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
                chip.Settings = new ChipSettings { Kind = "file", SecretFile = secret };
                break;
        }
        return chip;
    }

    public async ValueTask DisposeAsync()
    {
        if (swtpm is not null)
        {
            swtpm.Kill();
            await swtpm.WaitForExitAsync();
            swtpm.Dispose();
        }
        Directory.Delete(folder, true);
    }

    /// <summary>A file that only its owner reads.</summary>
    public string Secret(string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Without a resource manager, what a killed program left in the TPM stays there.</summary>
    public async Task FlushAsync()
    {
        if (Tcti is { } tcti) await ToolAsync("/usr/bin/tpm2_flushcontext", new Dictionary<string, string> { ["TPM2TOOLS_TCTI"] = tcti }, "-t");
    }

    private async Task MakeSoftHsmAsync()
    {
        Programs.Need(SoftHsm, "/usr/bin/softhsm2-util", "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so");
        string tokens = Path.Combine(folder, "tokens"), configuration = Path.Combine(folder, "softhsm2.conf");
        Directory.CreateDirectory(tokens);
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {tokens}\nobjectstore.backend = file\nslots.removable = false\nlog.level = ERROR\n");
        Dictionary<string, string> environment = new() { ["SOFTHSM2_CONF"] = configuration };
        await ToolAsync("/usr/bin/softhsm2-util", environment, "--init-token", "--free", "--label", "dev1", "--so-pin", "12345678", "--pin", "123456");
        Settings = new ChipSettings { Kind = "pkcs11", Module = SoftHsm, Token = "dev1", PinFile = Secret("pin", "123456"), Environment = environment };
    }

    private async Task MakeTpmAsync()
    {
        Programs.Need(Tpm, Tool, "/usr/bin/swtpm", "/usr/bin/swtpm_setup", "/usr/bin/tpm2_quote", "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so");
        string state = Path.Combine(folder, "tpm"), store = Path.Combine(folder, "store"), ca = Path.Combine(folder, "ca"), setup = Path.Combine(folder, "setup.conf"), local = Path.Combine(folder, "local.conf"), options = Path.Combine(folder, "local.options");
        foreach (string one in (string[])[state, store, ca]) Directory.CreateDirectory(one);
        await File.WriteAllTextAsync(setup, $"create_certs_tool = /usr/bin/swtpm_localca\ncreate_certs_tool_config = {local}\ncreate_certs_tool_options = {options}\nactive_pcr_banks = sha256\n");
        await File.WriteAllTextAsync(local, $"statedir = {ca}\nsigningkey = {ca}/signkey.pem\nissuercert = {ca}/issuercert.pem\ncertserial = {ca}/certserial\n");
        await File.WriteAllTextAsync(options, "--platform-manufacturer Maker\n--platform-version 1\n--platform-model Pump\n");
        await ToolAsync("/usr/bin/swtpm_setup", [], "--tpm2", "--tpmstate", state, "--config", setup, "--create-ek-cert", "--ecc", "--overwrite");
        // tpm2-tss looks for the control channel at the next port.
        int port = Programs.FreePortPair(), control = port + 1;
        swtpm = Programs.Start("/usr/bin/swtpm", new Dictionary<string, string>(), "socket", "--tpm2", "--tpmstate", "dir=" + state, "--ctrl", $"type=tcp,port={control}", "--server", $"type=tcp,port={port}", "--flags", "not-need-init,startup-clear");
        Tcti = $"swtpm:host=127.0.0.1,port={port}";
        Dictionary<string, string> environment = new() { ["TPM2_PKCS11_TCTI"] = Tcti, ["TPM2_PKCS11_STORE"] = store, ["TPM2_PKCS11_LOG_LEVEL"] = "0" };
        await Programs.UntilAsync(() => IsListening(control), "swtpm does not listen");
        await ToolAsync(Tool, environment, "--module", Tpm, "--init-token", "--slot-index", "0", "--label", "tpm1", "--so-pin", "12345678");
        await ToolAsync(Tool, environment, "--module", Tpm, "--token-label", "tpm1", "--init-pin", "--so-pin", "12345678", "--pin", "123456");
        await FlushAsync();
        Settings = new ChipSettings { Kind = "pkcs11", Module = Tpm, Token = "tpm1", PinFile = Secret("pin", "123456"), Environment = environment };
    }

    private static bool IsListening(int port)
    {
        string hex = $":{port:X4} ";
        return File.ReadLines("/proc/net/tcp").Any(line => line.Contains(hex, StringComparison.Ordinal) && line.Contains(" 0A ", StringComparison.Ordinal));
    }

    private static async Task ToolAsync(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        (int code, string output, string errors) = await Programs.RunAsync(program, environment, "", arguments);
        Assert.True(code == 0, $"{program}: {output}{errors}");
    }
}
