using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wardkeeper.Platform.Tests.Trust;
using Wardkeeper.Platform.Tests.Up;

[assembly: AssemblyFixture(typeof(TrustPlatform))]

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>A running program with authorities, and the programs of others that are set on it: openssl, curl, strongSwan's pki. Started when the first test asks.</summary>
public sealed class TrustPlatform : IAsyncDisposable
{
    public const string Passphrase = "a passphrase for the root";

    private readonly SemaphoreSlim door = new(1, 1);
    private readonly TestFolder folder = new();
    private RunningProgram? program;
    private readonly Dictionary<string, ProgramApi> roles = new(StringComparer.Ordinal);
    private ProgramApi? api;

    public int Port { get; private set; }

    public int HttpPort { get; private set; }

    public string Est => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{Port}/.well-known/est");

    public string Http => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{HttpPort}");

    public string this[string name] => folder[name];

    private string Data => folder["data"];

    /// <summary>What the program wrote since its start.</summary>
    public string Said => program!.Output;

    /// <summary>Starts the platform and makes its authorities, once.</summary>
    public async Task ReadyAsync()
    {
        await door.WaitAsync();
        try
        {
            if (program is not null && File.Exists(folder["ca.pem"])) return;
            program?.Dispose();
            (Port, HttpPort) = (RunningProgram.FreePort(), RunningProgram.FreePort());
            await StartAsync();
            await FeedTrustAsync(Passphrase, "init", "--name", "Test Hospital", "--root-key", folder["root.p8"]);
            await FetchAuthoritiesAsync();
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Ends the program as a power cut does, and starts it again.</summary>
    public async Task RestartAsync()
    {
        program!.Signal("KILL");
        await program.EndAsync();
        program.Dispose();
        ForgetCallers();
        await StartAsync();
        await FetchAuthoritiesAsync();
    }

    /// <summary>Writes the authorities' certificates, roots first, into ca.pem.</summary>
    public async Task FetchAuthoritiesAsync()
    {
        for (int tries = 0; ; tries++)
        {
            (int code, string output) = await RunAsync("bash", "-c", $"curl -sSk {Est}/cacerts | openssl base64 -d -A | openssl pkcs7 -inform DER -print_certs -out {folder["ca.pem"]}");
            if (code == 0 && File.ReadAllText(folder["ca.pem"]).Contains("BEGIN CERTIFICATE", StringComparison.Ordinal)) break;
            Assert.True(tries < 40, output);
            await Task.Delay(250);
        }
    }

    /// <summary>A command of <c>wardkeeper trust</c>, answered in JSON.</summary>
    public Task<JsonElement> TrustAsync(params string[] arguments) => FeedTrustAsync(null, arguments);

    public async Task<(int Code, string Output)> TryTrustAsync(string? input, params string[] arguments) =>
        await FeedAsync(input, Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform"), ["trust", .. arguments, "--data", Data]);

#pragma warning disable CA1822 // tests speak of the platform, whichever of its tools they use
    public async Task<string> OkAsync(string program, params string[] arguments)
    {
        (int code, string output) = await RunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }
#pragma warning restore CA1822 // as above

    /// <summary>Makes a key and a request, and the request in base64.</summary>
    public async Task RequestAsync(string name, string subject, string algorithm = "EC")
    {
        string[] key = algorithm == "EC" ? ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + algorithm];
        await OkAsync("openssl", ["genpkey", .. key, "-out", this[name + ".key"]]);
        await RequestAgainAsync(name, subject);
    }

    /// <summary>Makes another request with the key there is.</summary>
    public async Task RequestAgainAsync(string name, string subject)
    {
        await OkAsync("openssl", "req", "-new", "-key", this[name + ".key"], "-subj", subject, "-outform", "DER", "-out", this[name + ".req"]);
        await OkAsync("openssl", "base64", "-in", this[name + ".req"], "-out", this[name + ".b64"]);
    }

    /// <summary>Posts a body by curl; status, body.</summary>
    public async Task<(int Status, string Body)> PostAsync(string operation, string bodyFile, params string[] more)
    {
        (_, string output) = await RunAsync("curl", ["-sS", "--cacert", this["ca.pem"], "-H", "Content-Type: application/pkcs10", "--data-binary", "@" + this[bodyFile], "-w", "\n%{http_code}", .. more, $"{Est}/{operation}"]);
        // Closed without an answer: there is no status.
        if (output.Contains("curl: (52)", StringComparison.Ordinal)) return (0, "");
        int line = output.TrimEnd().LastIndexOf('\n');
        return (int.Parse(output.TrimEnd()[(line + 1)..], CultureInfo.InvariantCulture), output[..Math.Max(line, 0)]);
    }

    /// <summary>Port of the admission's front.</summary>
    public int AdmissionPort { get; } = RunningProgram.FreePort();

    /// <summary>A command of <c>wardkeeper admission</c> over the running program's data.</summary>
    public Task<(int Code, string Output)> AdmissionAsync(params string[] arguments) => FeedAsync(null, Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform"), ["admission", .. arguments, "--data", Data]);

    /// <summary>A call of the API as an administrator: status and body.</summary>
    public async Task<(int Status, string Body)> ApiAsync(HttpMethod method, string path, string? body = null)
    {
        api ??= await ProgramApi.OfAsync(program!, Data);
        return await api.SendAsync(method, path, body ?? "");
    }

    /// <summary>A call of the API by a role: status and body; an empty JSON object where nothing came.</summary>
    public async Task<(int Status, JsonElement Body)> ApiAsync(string role, HttpMethod method, string path, string? body = null)
    {
        if (!roles.TryGetValue(role, out ProgramApi? caller)) roles.Add(role, caller = await ProgramApi.OfAsync(program!, Data, role: role));
        (int status, string text) = await caller.SendAsync(method, path, body ?? "");
        using JsonDocument document = JsonDocument.Parse(text.Length == 0 || text[0] is not ('{' or '[') ? "{}" : text);
        return (status, document.RootElement.Clone());
    }

    /// <summary>What the audit log says of an action, the latest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditAsync(string action)
    {
        (int status, JsonElement page) = await ApiAsync("auditor", HttpMethod.Get, "/audit?pageSize=200&action=" + action);
        Assert.True(status == 200, page.ToString());
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    /// <summary>Writes the certificate of an answer into a file.</summary>
    public async Task TakeAsync(string body, string name)
    {
        File.WriteAllText(this[name + ".p7"], body.Trim());
        await OkAsync("bash", "-c", $"openssl base64 -d -A -in {this[name + ".p7"]} | openssl pkcs7 -inform DER -print_certs | openssl x509 -out {this[name + ".pem"]}");
    }

    /// <summary>Adds a device to the ledger with a serial number by a purchase order's way, and answers with a voucher for it.</summary>
    public async Task<string> VoucherAsync(string? device = null) =>
        (await TrustAsync(["voucher", .. device is null ? Array.Empty<string>() : ["--device", device]])).GetProperty("secret").GetString()!;

    /// <summary>Adds a device with a serial number to the ledger; its number.</summary>
    public async Task<string> DeviceAsync(string serial)
    {
        api ??= await ProgramApi.OfAsync(program!, Data);
        (int status, string text) = await api.SendAsync(HttpMethod.Post, "/devices", JsonSerializer.Serialize(new { fields = new { serialNumber = serial } }));
        Assert.True(status == 201, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("devices")[0].GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
    }

    public static Task<(int Code, string Output)> RunAsync(string program, params string[] arguments) => FeedAsync(null, program, arguments);

    public async ValueTask DisposeAsync()
    {
        ForgetCallers();
        program?.Dispose();
        await Task.CompletedTask;
        door.Dispose();
        folder.Dispose();
    }

    /// <summary>A command that reads a line, answered in JSON.</summary>
    public async Task<JsonElement> FeedTrustAsync(string? input, params string[] arguments)
    {
        (int code, string output) = await TryTrustAsync(input, [.. arguments, "--json"]);
        Assert.True(code == 0, $"trust {string.Join(' ', arguments)}: {output}");
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<(int Code, string Output)> FeedAsync(string? input, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        if (input is not null) await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + (process.ExitCode == 0 ? "" : await error));
    }

    private void ForgetCallers()
    {
        api?.Dispose();
        api = null;
        foreach (ProgramApi caller in roles.Values) caller.Dispose();
        roles.Clear();
    }

    private async Task StartAsync() => program = await RunningProgram.UpAsync(Data, [], [("WARDKEEPER_TRUST_PORT", Text(Port)), ("WARDKEEPER_TRUST_HTTP_PORT", Text(HttpPort)), ("WARDKEEPER_TRUST_ADDRESS", Http), ("WARDKEEPER_TRUST_SERVER_KEYS", "on"), ("WARDKEEPER_TRUST_PER_MINUTE", "5000"), ("WARDKEEPER_ADMISSION_PORT", Text(AdmissionPort))]);

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
