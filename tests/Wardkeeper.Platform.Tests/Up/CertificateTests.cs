using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary>What a browser is shown, by TLS connections.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_self_signed_one_is_made_anew_with_its_key_before_it_ends_and_without_a_restart()
    {
        SetClock clock = new();
        using DataFolder data = DataFolder.Take(folder["data"], "a test", clock.GetUtcNow());
        PlatformSettings settings = new() { Data = data.Path };
        settings.Web.Port = RunningProgram.FreePort();
        settings.Web.Bind = [IPAddress.Loopback];
        ServerCertificate certificate = new(data, clock);
        certificate.Load(settings.Web);
        using CertificateWork work = new(certificate, new LiveSettings(null!, settings), clock, NullLogger<CertificateWork>.Instance);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => KestrelSetup.Listen(kestrel, settings.Web, certificate));
        await using WebApplication app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        await work.StartAsync(TestContext.Current.CancellationToken);
        using X509Certificate2 first = await ShownAsync(settings.Web.Port);
        clock.Advance(TimeSpan.FromDays(360));
        using (X509Certificate2 same = await ShownAsync(settings.Web.Port)) Assert.Equal(first.Thumbprint, same.Thumbprint);
        clock.Advance(TimeSpan.FromDays(10));
        using X509Certificate2 second = await ShownUntilAsync(settings.Web.Port, shown => shown.Thumbprint != first.Thumbprint);
        Assert.True(second.NotAfter - first.NotAfter > TimeSpan.FromDays(300));
        Assert.Equal(first.GetPublicKeyString(), second.GetPublicKeyString());
        await work.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task At_SIGHUP_what_says_at_once_holds_at_once_and_a_replaced_certificate_is_shown()
    {
        string own = folder["own.pem"], data = folder["data"];
        string first = Write(own), file = folder.Write("wardkeeper.yaml", Configuration(own, "info", 190));
        using RunningProgram program = await RunningProgram.UpAsync(data, "--config", file);
        using ProgramApi api = await ProgramApi.OfAsync(program, data);
        using (X509Certificate2 shown = await ShownAsync(program.Port)) Assert.Equal(first, shown.Thumbprint);

        // A mistake changes nothing.
        await File.WriteAllTextAsync(own, "no certificate", TestContext.Current.CancellationToken);
        program.Signal("HUP");
        await program.SaysAsync("Configuration stays as it was");
        using (X509Certificate2 shown = await ShownAsync(program.Port)) Assert.Equal(first, shown.Thumbprint);

        string second = Write(own);
        await File.WriteAllTextAsync(file, Configuration(own, "debug", 365), TestContext.Current.CancellationToken);
        program.Signal("HUP");
        await program.SaysAsync("Changed at once: retention.days, log.level. Changed after a restart: sensor.workers.");
        using (X509Certificate2 shown = await ShownAsync(program.Port)) Assert.Equal(second, shown.Thumbprint);
        JsonElement health = await api.UntilAsync("/health", health => health.GetProperty("storage").GetProperty("keepDays").GetInt32() == 365);
        Assert.Equal(JsonValueKind.Object, health.ValueKind);
    }

    private static string Configuration(string own, string level, int days) => $"web:\n  certificate: {own}\nlog:\n  level: {level}\nretention:\n  days: {days}\n{(days == 365 ? "sensor:\n  workers: 3\n" : "")}";

    /// <summary>Writes a certificate with its key; answers with its thumbprint.</summary>
    private static string Write(string path)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest("CN=own", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(400));
        File.WriteAllText(path, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return made.Thumbprint;
    }

    private static async Task<X509Certificate2> ShownUntilAsync(int port, Func<X509Certificate2, bool> isSo)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            X509Certificate2 shown = await ShownAsync(port);
            if (isSo(shown)) return shown;
            shown.Dispose();
            await timer.WaitForNextTickAsync(late.Token);
        }
    }

    private static async Task<X509Certificate2> ShownAsync(int port)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using SslStream tls = new(client.GetStream(), false, (_, seen, _, _) => seen is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    /// <summary>A clock that the test sets forward; its timers fire when it passes them.</summary>
    private sealed class SetClock : TimeProvider
    {
        private readonly List<SetTimer> timers = [];
        private DateTimeOffset now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            SetTimer timer = new(callback, state, now + dueTime, period);
            timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan span)
        {
            now += span;
            foreach (SetTimer timer in timers) timer.Pass(now);
        }
    }

    private sealed class SetTimer(TimerCallback callback, object? state, DateTimeOffset due, TimeSpan period) : ITimer
    {
        private bool isOver;

        public void Pass(DateTimeOffset now)
        {
            if (isOver || now < due) return;
            due = now + period;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => isOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
