using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Wardkeeper.Platform.Admission;
using Wardkeeper.Platform.Tests.Trust;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>The running program with its own authorities, and a real FreeRADIUS with the certificates that they issue: from a device's enrolment to a decision, and its revocation.</summary>
public sealed class TrustedFrontTests(TrustPlatform platform) : IDisposable
{
    private const string Mac = "02:00:00:00:31:01";
    private readonly TestFolder folder = new();
    private readonly string port = Free(), accounting = Free();
    private Process? radius;

    public void Dispose()
    {
        if (radius is not null)
        {
            using Process stop = Process.Start("/bin/kill", ["-TERM", radius.Id.ToString(CultureInfo.InvariantCulture)]);
            stop.WaitForExit();
            radius.WaitForExit();
            radius.Dispose();
        }
        folder.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_hub_is_let_in_told_as_its_devices_and_judged_by_the_hub_once_it_is_revoked()
    {
        await platform.ReadyAsync();
        folder.Write("clients.txt", $"lab 127.0.0.1 {FrontFixture.Secret}\n");
        (int code, string said) = await platform.AdmissionAsync("install", "--clients", folder["clients.txt"], "--out", folder["radius"], "--radius-address", "127.0.0.1", "--auth-port", port, "--acct-port", accounting, "--fail-safe-vlan", "99");
        Assert.True(code == 0, said);
        radius = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform")} admission run {folder["radius"]} > {folder["run.log"]} 2>&1"]))!;
        await ReadyAsync();
        IReadOnlyList<FrontCheck> checks = await AdmissionCheck.RunAsync(folder["radius"], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.All(checks, check => Assert.True(check.Mistake is null, $"{check.What}: {check.Mistake}"));

        string device = await platform.DeviceAsync("FRONT-31");
        await platform.RequestAsync("front31", "/CN=whatever");
        (int status, string body) = await platform.PostAsync("simpleenroll", "front31.b64", "-u", "x:" + await platform.VoucherAsync(device));
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "front31");
        Assert.True(await EapAsync());
        JsonElement decision = await LatestAsync();
        Assert.Equal(("eap-tls", long.Parse(device, CultureInfo.InvariantCulture)), (decision.GetProperty("method").GetString(), decision.GetProperty("device").GetInt64()));

        // A request without Message-Authenticator is dropped.
        Assert.NotEqual(0, (await FrontFixture.RunAsync("/usr/bin/radclient", $"User-Name=a,User-Password=a,Calling-Station-Id={Mac}\n", "-q", "-t", "1", "-r", "1", $"127.0.0.1:{port}", "auth", FrontFixture.Secret)).Code);

        // Certificates that are damaged are made anew, and FreeRADIUS is started anew with them; nothing is asked of anybody.
        string before = File.ReadAllText(Path.Combine(folder["radius"], "certs", "radius.pem"));
        File.WriteAllText(Path.Combine(folder["radius"], "certs", "radius.pem"), "damaged");
        (code, said) = await platform.AdmissionAsync("install", "--clients", folder["clients.txt"], "--out", folder["radius"], "--radius-address", "127.0.0.1", "--auth-port", port, "--acct-port", accounting, "--fail-safe-vlan", "99");
        Assert.True(code == 0, said);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(folder["radius"], "certs", "radius.pem")));
        await FrontFixture.UntilAsync(() => File.ReadAllText(folder["run.log"]).Contains("started anew", StringComparison.Ordinal), "FreeRADIUS with the new certificate");
        await ReadyAsync();
        Assert.True(await EapAsync());

        JsonElement all = JsonDocument.Parse((await platform.ApiAsync(HttpMethod.Get, $"/trust/certificates?device={device}")).Body).RootElement;
        long number = all.GetProperty("items")[0].GetProperty("number").GetInt64();
        (status, body) = await platform.ApiAsync(HttpMethod.Post, $"/trust/certificates/{number}/revoke", """{"word":"keyCompromise","reason":"stolen"}""");
        Assert.True(status is 200 or 204, body);
        await EapAsync();
        decision = await LatestAsync();
        Assert.Equal("refuse", decision.GetProperty("wanted").GetString());
        Assert.Contains(decision.GetProperty("reasons").EnumerateArray(), reason => reason.GetProperty("key").GetString() == "certificate-revoked");
        Assert.True(JsonDocument.Parse((await platform.ApiAsync(HttpMethod.Get, "/admission/front")).Body).RootElement.GetProperty("afterEap").GetInt64() >= 3);
    }

    private async Task<bool> EapAsync()
    {
        string file = folder.Write("eap.conf", $"network={{\nkey_mgmt=IEEE8021X\neapol_flags=0\nca_cert=\"{platform["ca.pem"]}\"\neap=TLS\nidentity=\"device\"\nclient_cert=\"{platform["front31.pem"]}\"\nprivate_key=\"{platform["front31.key"]}\"\n}}\n");
        return (await FrontFixture.RunAsync("/usr/bin/eapol_test", "", "-c", file, "-a", "127.0.0.1", "-p", port, "-s", FrontFixture.Secret, "-M", Mac, "-N", "30:s:00-11-22-33-44-55", "-t", "8")).Code == 0;
    }

    /// <summary>The decision that was made last for the card, once it is stored.</summary>
    private async Task<JsonElement> LatestAsync()
    {
        string? seen = null;
        for (int i = 0; ; i++)
        {
            JsonElement items = JsonDocument.Parse((await platform.ApiAsync(HttpMethod.Get, "/admission/decisions?mac=" + Mac)).Body).RootElement.GetProperty("items");
            string now = items.GetArrayLength() == 0 ? "" : items[0].GetRawText();
            // Stored in groups: the same twice in a row is the last.
            if (now.Length > 0 && now == seen) return items[0];
            seen = now;
            Assert.True(i < 60, "no decision was stored");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }

    private async Task ReadyAsync()
    {
        for (int i = 0; (await FrontFixture.RunAsync("/usr/bin/radclient", "Message-Authenticator=0x00\n", "-q", "-t", "1", "-r", "1", $"127.0.0.1:{port}", "status", FrontFixture.Secret)).Code != 0; i++)
        {
            Assert.False(i > 60 || radius!.HasExited, File.ReadAllText(folder["run.log"]));
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }
    }

    private static string Free() => FrontFixture.FreePort(SocketType.Dgram).ToString(CultureInfo.InvariantCulture);
}
