using System.Globalization;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>A PKCS#11 token in a software TPM (swtpm behind tpm2-pkcs11): its files hold keys that only the TPM which made them can open.</summary>
internal sealed class TpmToken : IAsyncDisposable
{
    private const string Module = "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1", Token = "tpm", Pin = "123456", Label = "device";
    private const int Port = 23_021;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly HostNamespace host;
    private readonly string log, store, message;
    private readonly RunningProgram tpm;

    private TpmToken(Ward ward, HostNamespace host, RunningProgram tpm, string folder) =>
        (this.host, this.tpm, log, store, message) = (host, tpm, ward.Site.LogOf(host, "pkcs11-tool"), Path.Combine(folder, "store"), Path.Combine(folder, "message"));

    /// <summary>Programs that it needs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new("swtpm", "swtpm"), new(Module, "libtpm2-pkcs11-1"), new("tpm2_flushcontext", "tpm2-tools")];

    /// <summary>What the token said last.</summary>
    public string Said { get; private set; } = "";

    private Dictionary<string, string> Environment => new()
    {
        ["TPM2_PKCS11_TCTI"] = string.Create(CultureInfo.InvariantCulture, $"swtpm:host=127.0.0.1,port={Port}"),
        ["TPM2TOOLS_TCTI"] = string.Create(CultureInfo.InvariantCulture, $"swtpm:host=127.0.0.1,port={Port}"),
        ["TPM2_PKCS11_STORE"] = store,
        ["TPM2_PKCS11_LOG_LEVEL"] = "0",
    };

    /// <summary>Starts a TPM of the machine's own, and puts a token with a key into it, or beside it the files of another's.</summary>
    public static async Task<TpmToken> MakeAsync(Ward ward, string key, TpmToken? copied, CancellationToken cancel)
    {
        HostNamespace host = ward[key];
        string folder = ward.Site.FolderOf("tpm-" + key), state = Path.Combine(folder, "state");
        Directory.CreateDirectory(state);
        RunningProgram tpm = await ProgramRun.ServeAsync(host, ward.Site.LogOf(host, "swtpm"), "swtpm",
            ["socket", "--tpm2", "--tpmstate", "dir=" + state, "--ctrl", $"type=tcp,port={Port + 1}", "--server", $"type=tcp,port={Port}", "--flags", "not-need-init,startup-clear"], [Port + 1], cancel);
        TpmToken token = new(ward, host, tpm, folder);
        Directory.CreateDirectory(token.store);
        await File.WriteAllTextAsync(token.message, "it is me", cancel);
        if (copied is null)
        {
            await token.MustAsync(["--init-token", "--slot-index", "0", "--label", Token, "--so-pin", "12345678"], cancel);
            await token.MustAsync(["--token-label", Token, "--init-pin", "--so-pin", "12345678", "--pin", Pin], cancel);
            await token.MustAsync(["--token-label", Token, "--login", "--pin", Pin, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01", "--label", Label], cancel);
        }
        else foreach (string file in Directory.EnumerateFiles(copied.store)) File.Copy(file, Path.Combine(token.store, Path.GetFileName(file)));
        return token;
    }

    /// <summary>Whether it signs with the key, by its PIN.</summary>
    public async Task<bool> SignsAsync(CancellationToken cancel)
    {
        string signature = message + ".signature";
        File.Delete(signature);
        ProgramResult result = await AskAsync(["--token-label", Token, "--login", "--pin", Pin, "--sign", "--mechanism", "ECDSA-SHA256", "--label", Label, "--input-file", message, "--output-file", signature], cancel);
        return result.ExitCode == 0 && File.Exists(signature) && new FileInfo(signature).Length > 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await tpm.DisposeAsync();

    private async Task MustAsync(string[] arguments, CancellationToken cancel)
    {
        ProgramResult result = await AskAsync(arguments, cancel);
        if (result.ExitCode != 0) throw new LabException($"pkcs11-tool ended with {result.ExitCode}: {result.Output}");
    }

    private async Task<ProgramResult> AskAsync(string[] arguments, CancellationToken cancel)
    {
        // Without a resource manager, what a program left in the TPM stays there.
        await ProgramRun.RunAsync(host, log, "tpm2_flushcontext", ["-t"], Limit, cancel, environment: Environment);
        ProgramResult result = await ProgramRun.RunAsync(host, log, "pkcs11-tool", ["--module", Module, .. arguments], Limit, cancel, environment: Environment);
        Said = result.Output.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.StartsWith("error", StringComparison.OrdinalIgnoreCase)) ?? "";
        return result;
    }
}
