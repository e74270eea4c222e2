using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Wardkeeper.Platform.Tests.Up;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>The device agent itself, with its key in a SoftHSM token, against the running hub: EST, mutual TLS, telemetry, renewal, revocation.</summary>
public sealed class AgentOnHubTests : IAsyncLifetime
{
    private const string SoftHsm = "/usr/lib/softhsm/libsofthsm2.so", Passphrase = "a passphrase for the root";
    private readonly TestFolder folder = new();
    private readonly int est = RunningProgram.FreePort(), door = RunningProgram.FreePort();
    private RunningProgram? program;
    private ProgramApi? api;

    public async ValueTask InitializeAsync()
    {
        foreach (string needed in (string[])[SoftHsm, "/usr/bin/softhsm2-util", "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so"])
        {
            if (!File.Exists(needed) && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{needed} is not installed");
            Assert.SkipWhen(!File.Exists(needed), $"{needed} is not installed");
        }
        MakeDoor();
        program = await RunningProgram.UpAsync(folder["data"], [],
            [("WARDKEEPER_TRUST_PORT", Text(est)), ("WARDKEEPER_TRUST_HTTP_PORT", "0"), ("WARDKEEPER_DEVICES_PORT", Text(door)), ("WARDKEEPER_DEVICES_CERTIFICATE", folder["door.pem"]), ("WARDKEEPER_DEVICES_CERTIFICATE_KEY", folder["door.key"])]);
        api = await ProgramApi.OfAsync(program, folder["data"]);
        await HubAsync(Passphrase, "trust", "init", "--name", "Agent Hospital", "--root-key", folder["root.p8"]);
        File.AppendAllText(folder["roots.pem"], await HubAsync(null, "trust", "crl", "--with-authorities"));
    }

    public ValueTask DisposeAsync()
    {
        api?.Dispose();
        program?.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_agent_enrols_sends_renews_and_is_out_when_it_is_revoked()
    {
        long device = (await api!.SendAsync(HttpMethod.Post, "/devices", """{"fields":{"serialNumber":"AG-1"}}""")) is var (status, text) && status == 201 ? JsonDocument.Parse(text).RootElement.GetProperty("devices")[0].GetProperty("id").GetInt64() : throw new InvalidOperationException(text);
        await MakeTokenAsync();
        Secret("voucher", (await HubAsync(null, "trust", "voucher", "--device", $"D-{device}")).Trim());
        File.WriteAllText(folder["agent.json"], JsonSerializer.Serialize(new
        {
            chip = new { kind = "pkcs11", module = SoftHsm, token = "dev1", pinFile = folder["pin"], environment = new Dictionary<string, string> { ["SOFTHSM2_CONF"] = folder["softhsm2.conf"] } },
            device = new { serialNumber = "AG-1" },
            hub = new { est = $"https://localhost:{est}", service = $"https://localhost:{door}", caFile = folder["trusted.pem"] },
            enrolment = new { tokenFile = folder["voucher"], waitMinutes = 0 },
            telemetry = new { source = "stdin", gatherSeconds = 0.1 },
        }));
        KeepRoots();
        await AgentAsync(0, "init", "--config", folder["agent.json"]);
        await AgentAsync(0, "enrol");
        JsonElement first = await OnlyAsync(device);
        Assert.Equal(("AG-1", "voucher"), (first.GetProperty("deviceSerial").GetString(), first.GetProperty("how").GetString()));
        string key = first.GetProperty("keyHash").GetString()!;

        JsonElement ran = await AgentAsync(0, "run", "{\"rate\":1}\n{\"rate\":2}\n{\"rate\":3}\n");
        JsonElement told = ran.GetProperty("telemetry");
        Assert.Equal((3, 0, 0), (told.GetProperty("lines").GetInt32(), told.GetProperty("waiting").GetInt32(), told.GetProperty("refused").GetInt32()));
        Assert.True(told.GetProperty("sent").GetInt32() > 0, told.ToString());

        await AgentAsync(0, "rotate");
        JsonElement[] both = await CertificatesAsync(device);
        Assert.Equal(["renewal", "voucher"], both.Select(one => one.GetProperty("how").GetString()));
        Assert.NotEqual(key, both[0].GetProperty("keyHash").GetString());

        foreach (JsonElement one in both)
        {
            (status, text) = await api.SendAsync(HttpMethod.Post, $"/trust/certificates/{one.GetProperty("number").GetInt64()}/revoke", """{"word":"keyCompromise","reason":"stolen"}""");
            Assert.True(status == 200, text);
        }
        await AgentAsync(5, "rotate");
        Assert.Contains("client-certificate-revoked", program!.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await CertificatesAsync(device)).Length);
    }

    private async Task<JsonElement> OnlyAsync(long device) => Assert.Single(await CertificatesAsync(device));

    private async Task<JsonElement[]> CertificatesAsync(long device) => [.. (await api!.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/trust/certificates?device={device}&sort=-number"))).GetProperty("items").EnumerateArray()];

    /// <summary>A command of the agent, which must end with a code; its result.</summary>
    private async Task<JsonElement> AgentAsync(int expected, string command, params string[] more)
    {
        string input = command == "run" ? more[0] : "";
        (int code, string output) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "wardkeeper-agent"), input, [command, "--state", folder["state"], .. command == "run" ? [] : more]);
        Assert.True(code == expected, $"{command} ended with {code}: {output}\n{program!.Output}");
        string? line = output.Split('\n').LastOrDefault(one => one.StartsWith('{') && one.EndsWith('}'));
        using JsonDocument document = JsonDocument.Parse(line ?? "{}");
        return document.RootElement.Clone();
    }

    private async Task<string> HubAsync(string? input, params string[] arguments)
    {
        (int code, string output) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform"), input is null ? "" : input + "\n", [.. arguments, "--data", folder["data"]]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {output}");
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(string file, string input, string[] arguments)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, process.ExitCode == 0 && !file.EndsWith("agent", StringComparison.Ordinal) ? output : output + await errors);
    }

    private async Task MakeTokenAsync()
    {
        Directory.CreateDirectory(folder["tokens"]);
        File.WriteAllText(folder["softhsm2.conf"], $"directories.tokendir = {folder["tokens"]}\nobjectstore.backend = file\nslots.removable = false\nlog.level = ERROR\n");
        Secret("pin", "123456");
        (int code, string said) = await RunAsync("/usr/bin/env", "", [$"SOFTHSM2_CONF={folder["softhsm2.conf"]}", "softhsm2-util", "--init-token", "--free", "--label", "dev1", "--so-pin", "12345678", "--pin", "123456"]);
        Assert.True(code == 0, said);
    }

    /// <summary>The devices' listener has a certificate of another authority of the hospital, which the agent trusts too.</summary>
    private void MakeDoor()
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), until = from.AddDays(30);
        CertificateRequest root = new("CN=Server authority", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, false));
        using X509Certificate2 made = root.CreateSelfSigned(from, until);
        CertificateRequest server = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        server.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        server.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(made.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        using X509Certificate2 certificate = server.Create(made, from, until, [1, .. RandomNumberGenerator.GetBytes(15)]);
        File.WriteAllText(folder["door.pem"], certificate.ExportCertificatePem() + "\n" + made.ExportCertificatePem() + "\n");
        Secret("door.key", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder["roots.pem"], made.ExportCertificatePem() + "\n");
    }

    private void KeepRoots()
    {
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(folder["roots.pem"]);
        File.WriteAllText(folder["trusted.pem"], string.Join('\n', all.Where(one => one.Subject == one.Issuer).Select(one => one.ExportCertificatePem())) + "\n");
    }

    private void Secret(string name, string text)
    {
        File.WriteAllText(folder[name], text + "\n");
        File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
