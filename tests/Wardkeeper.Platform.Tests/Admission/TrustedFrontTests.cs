using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Platform.Admission;
using Wardkeeper.Platform.Tests.Trust;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>The running program with its own authorities, and a real FreeRADIUS with the certificates that they issue: from a device's enrolment to a decision, and its revocation.</summary>
public sealed class TrustedFrontTests(TrustPlatform platform) : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string port = Free(), accounting = Free();
    private Process? radius;
    private string place = "ge-0/0/3", mac = "02:00:00:00:31:01";

    public void Dispose()
    {
        if (radius is { HasExited: false })
        {
            Terminate();
            radius.WaitForExit();
        }
        radius?.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_hub_is_let_in_told_as_its_devices_and_judged_by_the_hub_once_it_is_revoked()
    {
        await platform.ReadyAsync();
        await RunAsync("");
        IReadOnlyList<FrontCheck> checks = await AdmissionCheck.RunAsync(folder["radius"], TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.All(checks, check => Assert.True(check.Mistake is null, $"{check.What}: {check.Mistake}"));

        string device = await platform.DeviceAsync("FRONT-31");
        await EnrolAsync(device);
        Assert.True(await EapAsync());
        JsonElement decision = await LatestAsync();
        Assert.Equal(("eap-tls", long.Parse(device, CultureInfo.InvariantCulture)), (decision.GetProperty("method").GetString(), decision.GetProperty("device").GetInt64()));

        // A request without Message-Authenticator is dropped.
        Assert.NotEqual(0, (await FrontFixture.RunAsync("/usr/bin/radclient", $"User-Name=a,User-Password=a,Calling-Station-Id={mac}\n", "-q", "-t", "1", "-r", "1", $"127.0.0.1:{port}", "auth", FrontFixture.Secret)).Code);

        // Certificates that are damaged are made anew, and FreeRADIUS is started anew with them; nothing is asked of anybody.
        string before = File.ReadAllText(Path.Combine(folder["radius"], "certs", "radius.pem"));
        File.WriteAllText(Path.Combine(folder["radius"], "certs", "radius.pem"), "damaged");
        (int code, string said) = await platform.AdmissionAsync("install", "--clients", folder["clients.txt"], "--out", folder["radius"], "--radius-address", "127.0.0.1", "--auth-port", port, "--acct-port", accounting, "--fail-safe-vlan", "99");
        Assert.True(code == 0, said);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(folder["radius"], "certs", "radius.pem")));
        await FrontFixture.UntilAsync(() => File.ReadAllText(folder["run.log"]).Contains("started anew", StringComparison.Ordinal), "FreeRADIUS with the new certificate");
        await ReadyAsync();
        Assert.True(await EapAsync());

        await RevokeAsync(device);
        // Where nothing was laid down, segments observe: it is let in, told what it would have been, and trusted no more.
        Assert.True(await EapAsync());
        decision = await LatestAsync();
        Assert.Equal(("admit", "refuse", "mac-only"), (decision.GetProperty("outcome").GetString(), decision.GetProperty("wanted").GetString(), decision.GetProperty("grade").GetString()));
        Assert.Contains(decision.GetProperty("reasons").EnumerateArray(), reason => reason.GetProperty("key").GetString() == "certificate-revoked");
        (int status, string body) = await platform.ApiAsync(HttpMethod.Get, "/admission/front");
        Assert.True(status == 200 && JsonDocument.Parse(body).RootElement.GetProperty("afterEap").GetInt64() >= 3, $"{status} {body}");

        string[] children = (await FrontFixture.RunAsync("/usr/bin/pgrep", "", "-P", radius!.Id.ToString(CultureInfo.InvariantCulture))).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(children);
        Terminate();
        await radius.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, radius.ExitCode);
        Assert.All(children, child => Assert.False(Directory.Exists("/proc/" + child), $"process {child} is left"));
    }

    [Fact]
    public async Task A_device_whose_certificate_is_revoked_is_disconnected_by_the_card_that_its_session_names_and_refused()
    {
        await platform.ReadyAsync();
        using UdpClient nas = new(new IPEndPoint(IPAddress.Loopback, 0));
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ConcurrentQueue<string> asked = new();
        Task obeying = ObeyAsync(nas, asked, end.Token);
        // Another card than the other test's: cards and certificates are remembered.
        (place, mac) = ("ge-0/0/77", "02:00:00:00:31:02");
        await ApiAsync(HttpMethod.Put, "/admission/segments/revocation", """{"ports":["ge-0/0/77"],"quarantineVlan":"98","sessionMinutes":60}""");
        await RunAsync($" {((IPEndPoint)nas.Client.LocalEndPoint!).Port}");
        // The ledger knows no card of it.
        string device = (await ApiAsync(HttpMethod.Post, "/devices", """{"fields":{"serialNumber":"FRONT-32","type":"printer"}}""")).GetProperty("devices")[0].GetProperty("id").GetRawText();
        await EnrolAsync(device);
        // A segment enforces once it was seen to decide.
        Assert.True(await EapAsync());
        await LatestAsync();
        string digest = (await ApiAsync(HttpMethod.Get, "/admission/segments/revocation/proof?days=1")).GetProperty("digest").GetString()!;
        await ApiAsync(HttpMethod.Post, "/admission/segments/revocation/enforce", JsonSerializer.Serialize(new { days = 1, digest, reason = "tried" }));
        Assert.True(await EapAsync());
        JsonElement decision = await LatestAsync();
        Assert.Equal(("admit", "revocation"), (decision.GetProperty("wanted").GetString(), decision.GetProperty("segment").GetString()));
        await AccountAsync("Start", decision.GetProperty("number").GetInt64());

        await RevokeAsync(device);
        await FrontFixture.UntilAsync(() => !asked.IsEmpty, "a Disconnect-Request");
        Assert.Equal($"40 {mac} revoked-1", asked.First());
        await AccountAsync("Stop", decision.GetProperty("number").GetInt64());
        JsonElement action = (await ApiAsync(HttpMethod.Get, "/actions?device=" + device)).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("revocation", "in-force"), (action.GetProperty("draft").GetProperty("rule").GetString(), action.GetProperty("state").GetString()));
        Assert.Contains(mac, action.GetRawText(), StringComparison.Ordinal);
        Assert.False(await EapAsync());
        decision = await LatestAsync();
        Assert.Equal("refuse", decision.GetProperty("outcome").GetString());
        await end.CancelAsync();
        await obeying;
    }

    /// <summary>A switch that ends what it is asked to end: RFC 5176's Disconnect-ACK to each request.</summary>
    private static async Task ObeyAsync(UdpClient nas, ConcurrentQueue<string> asked, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                UdpReceiveResult request = await nas.ReceiveAsync(cancel);
                byte[] packet = request.Buffer, head = [41, packet[1], 0, 20];
#pragma warning disable CA5351 // RADIUS is defined with MD5
                byte[] answer = [.. head, .. MD5.HashData([.. head, .. packet[4..20], .. Encoding.ASCII.GetBytes(FrontFixture.Secret)])];
#pragma warning restore CA5351 // as above
                await nas.SendAsync(answer, request.RemoteEndPoint, cancel);
                asked.Enqueue($"{packet[0]} {RadiusReader.Mac(Text(packet, 31))} {Text(packet, 44)}");
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static string Text(byte[] packet, byte attribute)
    {
        for (int at = 20; at + 2 <= packet.Length; at += Math.Max(packet[at + 1], (byte)2))
        {
            if (packet[at] == attribute) return Encoding.ASCII.GetString(packet, at + 2, packet[at + 1] - 2);
        }
        return "";
    }

    /// <summary>Installs FreeRADIUS's folder and runs it.</summary>
    private async Task RunAsync(string change)
    {
        folder.Write("clients.txt", $"lab 127.0.0.1 {FrontFixture.Secret}{change}\n");
        (int code, string said) = await platform.AdmissionAsync("install", "--clients", folder["clients.txt"], "--out", folder["radius"], "--radius-address", "127.0.0.1", "--auth-port", port, "--acct-port", accounting, "--fail-safe-vlan", "99");
        Assert.True(code == 0, said);
        radius = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform")} admission run {folder["radius"]} > {folder["run.log"]} 2>&1"]))!;
        await ReadyAsync();
    }

    private void Terminate()
    {
        using Process stop = Process.Start("/bin/kill", ["-TERM", radius!.Id.ToString(CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
    }

    private async Task EnrolAsync(string device)
    {
        await platform.RequestAsync("front31", "/CN=whatever");
        (int status, string body) = await platform.PostAsync("simpleenroll", "front31.b64", "-u", "x:" + await platform.VoucherAsync(device));
        Assert.True(status == 200, body);
        await platform.TakeAsync(body, "front31");
    }

    private async Task RevokeAsync(string device)
    {
        long number = (await ApiAsync(HttpMethod.Get, $"/trust/certificates?device={device}")).GetProperty("items")[0].GetProperty("number").GetInt64();
        (int status, string body) = await platform.ApiAsync(HttpMethod.Post, $"/trust/certificates/{number}/revoke", """{"word":"keyCompromise","reason":"stolen"}""");
        Assert.True(status is 200 or 204, body);
    }

    private async Task<JsonElement> ApiAsync(HttpMethod method, string path, string? send = null)
    {
        (int status, string body) = await platform.ApiAsync(method, path, send);
        Assert.True(status is 200 or 201, $"{path}: {status} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task AccountAsync(string status, long decision) =>
        Assert.Equal(0, (await FrontFixture.RunAsync("/usr/bin/radclient", $"User-Name=x,Acct-Status-Type={status},Acct-Session-Id=revoked-1,Calling-Station-Id={mac},NAS-Port-Id={place},NAS-IP-Address=127.0.0.1,Class={AdmissionAnswer.ClassOf(decision)}\n", "-q", "-t", "6", "-r", "1", $"127.0.0.1:{accounting}", "acct", FrontFixture.Secret)).Code);

    private async Task<bool> EapAsync()
    {
        string file = folder.Write("eap.conf", $"network={{\nkey_mgmt=IEEE8021X\neapol_flags=0\nca_cert=\"{platform["ca.pem"]}\"\neap=TLS\nidentity=\"device\"\nclient_cert=\"{platform["front31.pem"]}\"\nprivate_key=\"{platform["front31.key"]}\"\n}}\n");
        return (await FrontFixture.RunAsync("/usr/bin/eapol_test", "", "-c", file, "-a", "127.0.0.1", "-p", port, "-s", FrontFixture.Secret, "-M", mac, "-N", "30:s:00-11-22-33-44-55", "-N", "87:s:" + place, "-t", "8")).Code == 0;
    }

    /// <summary>The decision that was made last for the card, once it is stored.</summary>
    private async Task<JsonElement> LatestAsync()
    {
        string? seen = null;
        for (int i = 0; ; i++)
        {
            JsonElement items = JsonDocument.Parse((await platform.ApiAsync(HttpMethod.Get, "/admission/decisions?mac=" + mac)).Body).RootElement.GetProperty("items");
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
