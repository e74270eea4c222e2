using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Trust;

/// <summary>
/// The listeners of EST, and of lists and OCSP: a small web application of its own beside the console's, so that nothing of one can be reached through the
/// other. It listens once there is an authority, and renews its certificate and the lists while it runs.
/// </summary>
internal sealed partial class EstHost(PlatformOptions options, Readiness readiness, AuthorityBook book, EstCertificate certificate, EstService est, OcspResponder ocsp, Refusals refusals, ILogger<EstHost> log) : BackgroundService
{
    /// <summary>Key under which a connection keeps the certificates that came with the client's.</summary>
    public const string Between = "wardkeeper-between";

    private const int LargestBody = 48 << 10;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim door = new(1, 1);
    private WebApplication? app;

    /// <inheritdoc/>
    public override void Dispose()
    {
        door.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Look() => _ = EnsureAsync(stoppingToken);
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            book.Changed += Look;
            using PeriodicTimer timer = new(Every, options.Clock);
            do
            {
                await EnsureAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        catch (Exception) when (readiness.FirstReady.IsFaulted)
        {
            // The start failed; whoever started the platform says why.
        }
        finally
        {
            book.Changed -= Look;
            if (app is not null) await app.DisposeAsync();
        }
    }

    /// <summary>Listens when it should and does not yet; renews what is due.</summary>
    private async Task EnsureAsync(CancellationToken cancel)
    {
        try
        {
            await door.WaitAsync(cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
        try
        {
            if (!book.IsReady) return;
            TrustSettings settings = options.Settings.Current.Trust;
            await certificate.EnsureAsync(cancel);
            foreach (Authority one in book.All) await ListAsync(one, cancel);
            if (app is not null || (settings.Port == 0 && settings.HttpPort == 0)) return;
            WebApplication made = Build(settings);
            await made.StartAsync(cancel);
            app = made;
            LogListening(log, settings.Port, settings.HttpPort);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            refusals.Trouble("Enrolment does not run: " + e.Message);
            LogFailed(log, e.Message);
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        finally
        {
            door.Release();
        }
    }

    /// <summary>Makes an authority's list when it is due. An old authority whose key is gone keeps nobody from enrolling with the new one.</summary>
    private async Task ListAsync(Authority authority, CancellationToken cancel)
    {
        try
        {
            await book.CrlAsync(authority.KeyId, false, cancel);
        }
        catch (AuthorityKeyException e)
        {
            refusals.Trouble($"The list of certificates that {authority.Name} revoked could not be made: {e.Message}");
            LogFailed(log, e.Message);
        }
    }

    private WebApplication Build(TrustSettings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        TlsEnds ends = new(est.Ended);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings, ends));
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        LogSetup.Configure(builder.Logging, options.Settings);
        ends.AddTo(builder.Logging);
        WebApplication made = builder.Build();
        made.Use(est.Guard);
        made.MapEst(est);
        made.MapRevocation(book, ocsp);
        return made;
    }

    private void Listen(KestrelServerOptions kestrel, TrustSettings settings, TlsEnds ends)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 2000;
        foreach (IPAddress address in settings.Bind)
        {
            if (settings.HttpPort > 0) kestrel.Listen(address, settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
            if (settings.Port > 0) kestrel.Listen(address, settings.Port, listen => Secure(listen, ends));
        }
    }

    private void Secure(ListenOptions listen, TlsEnds ends)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(ends.Watch);
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = handshake => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ServerCertificateContext = certificate.Context,
                // Asked for, and not insisted on: the callback takes whoever shows none.
                ClientCertificateRequired = true,
                // Nothing is fetched from addresses in a stranger's certificate, and who it is is judged later, with a reason.
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
#pragma warning disable CA5359 // whoever comes is judged by the service, which answers with a reason
                RemoteCertificateValidationCallback = (_, _, chain, _) =>
                {
                    if (chain is not null) handshake.Connection.Items[Between] = new X509Certificate2Collection(chain.ChainPolicy.ExtraStore);
                    return true;
                },
#pragma warning restore CA5359 // as above
            }),
        });
    }

    [LoggerMessage(EventId = 170, Level = LogLevel.Information, Message = "Devices enrol at port {Port}, lists and OCSP answers are at port {HttpPort}.")]
    private static partial void LogListening(ILogger log, int port, int httpPort);

    [LoggerMessage(EventId = 171, Level = LogLevel.Error, Message = "Enrolment does not run, and is tried again within the hour: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
