using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Platform.Admission;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>A real FreeRADIUS, configured by what the product writes, in front of a hub; started once for all tests of the front.</summary>
public sealed class FrontFixture : IAsyncLifetime
{
    public const string Secret = "testing123testing123";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestFolder folder = new();
    private Process? radius;

    internal TableDecider Decider { get; } = new();

    internal FrontHub Hub { get; private set; } = null!;

    internal FrontPki Pki { get; private set; } = null!;

    public string Configuration => folder["radius"];

    public string Clients => folder["clients.txt"];

    public int AuthenticationPort { get; } = FreePort(SocketType.Dgram);

    public int AccountingPort { get; } = FreePort(SocketType.Dgram);

    public int HubPort { get; } = FreePort(SocketType.Stream);

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists("/usr/sbin/freeradius") && File.Exists("/usr/bin/radclient"), "the tests of the admission's front need freeradius, freeradius-rest, freeradius-utils and eapoltest");
        Pki = new FrontPki(folder["pki"]);
        Hub = new FrontHub(folder.Path, HubPort, Decider);
        folder.Write("clients.txt", $"lab 127.0.0.1 {Secret}\n");
        Hub.Folder.SecretOrNew();
        FrontFolder.Write(Hub.Folder.Clients, File.ReadAllText(Clients));
        await Hub.StartAsync();
        FrontPlan plan = new()
        {
            Folder = Configuration,
            Address = IPAddress.Loopback,
            AuthenticationPort = AuthenticationPort,
            AccountingPort = AccountingPort,
            HubUrl = $"http://127.0.0.1:{HubPort}",
            HubSecret = Hub.Folder.Secret(),
            LastKnown = Hub.Folder.LastKnown,
            Clients = RadiusClients.Read(Clients),
            Segments = [FrontHub.Ward],
        };
        AdmissionInstall.Write(plan, FrontCertificates.Read(Pki.Folder, TimeProvider.System.GetUtcNow()), null);
        File.AppendAllText(Path.Combine(Configuration, "users"), "nurse-cart   Cleartext-Password := \"correct horse\"\n");
        radius = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec /usr/sbin/freeradius -f -l stdout -d {Configuration} -n radiusd > {folder["radius.log"]} 2>&1"]))!;
        using CancellationTokenSource late = new(Patience);
        while ((await RunAsync("/usr/bin/radclient", "Message-Authenticator=0x00\n", "-q", "-t", "1", "-r", "1", $"127.0.0.1:{AuthenticationPort}", "status", Secret)).Code != 0)
        {
            Assert.False(radius.HasExited, File.ReadAllText(folder["radius.log"]));
            await Task.Delay(200, late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (radius is not null)
        {
            radius.Kill();
            await radius.WaitForExitAsync();
            radius.Dispose();
        }
        await Hub.DisposeAsync();
        Pki.Dispose();
        folder.Dispose();
    }

    /// <summary>Asks by MAC address: the answer's lines.</summary>
    public async Task<string> AskAsync(string mac, string more = "")
    {
        string plain = mac.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        string attributes = $"User-Name={plain},User-Password={plain},Calling-Station-Id={mac},NAS-Port-Id=ge-0/0/3,Service-Type=Call-Check,NAS-IP-Address=127.0.0.1{more},Message-Authenticator=0x00\n";
        return (await RunAsync("/usr/bin/radclient", attributes, "-x", "-t", "6", "-r", "1", $"127.0.0.1:{AuthenticationPort}", "auth", Secret)).Output;
    }

    /// <summary>Sends many requests from a file, some at a time: radclient's summary.</summary>
    public Task<(int Code, string Output)> SendAsync(string what, int port, IEnumerable<string> requests, int atOnce)
    {
        string file = folder.Write($"load-{what}.txt", string.Join("\n\n", requests) + "\n");
        return RunAsync("/usr/bin/radclient", "", "-q", "-s", "-t", "6", "-r", "3", "-p", atOnce.ToString(CultureInfo.InvariantCulture), "-f", file, $"127.0.0.1:{port}", what, Secret);
    }

    /// <summary>One accounting message; whether it was answered.</summary>
    public async Task<bool> AccountAsync(string status, string session, string mac, string more = "") =>
        (await RunAsync("/usr/bin/radclient", $"User-Name=x,Acct-Status-Type={status},Acct-Session-Id={session},Calling-Station-Id={mac},NAS-Port-Id=ge-0/0/3,NAS-IP-Address=127.0.0.1{more}\n", "-x", "-t", "6", "-r", "1", $"127.0.0.1:{AccountingPort}", "acct", Secret)).Output.Contains("Received Accounting-Response", StringComparison.Ordinal);

    /// <summary>A device asks by EAP: whether it is let in, and what the supplicant saw.</summary>
    public async Task<(bool IsIn, string Output)> EapAsync(string mac, string network)
    {
        string file = folder.Write($"eap-{Guid.NewGuid():N}.conf", $"network={{\nkey_mgmt=IEEE8021X\nca_cert=\"{Pki["ca.pem"]}\"\neapol_flags=0\n{network}\n}}\n");
        (int code, string output) = await RunAsync("/usr/bin/eapol_test", "", "-c", file, "-a", "127.0.0.1", "-p", AuthenticationPort.ToString(CultureInfo.InvariantCulture), "-s", Secret, "-M", mac, "-N", "30:s:00-11-22-33-44-55", "-t", "8");
        return (code == 0, output);
    }

    public string Tls(string name) => $"eap=TLS\nidentity=\"{name}\"\nclient_cert=\"{Pki[name + ".pem"]}\"\nprivate_key=\"{Pki[name + ".key"]}\"";

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using CancellationTokenSource late = new(Patience);
        while (!holds())
        {
            Assert.False(late.IsCancellationRequested, $"never came: {what}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static int FreePort(SocketType type)
    {
        using Socket socket = new(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public static async Task<(int Code, string Output)> RunAsync(string program, string input, params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(), complained = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await said + await complained);
    }
}
