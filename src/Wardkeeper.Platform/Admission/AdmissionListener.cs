using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Admission;

/// <summary>
/// Listens for FreeRADIUS on an address of its own, apart from the console: HTTP on this machine, HTTPS with the console's certificate elsewhere. Listens once <c>wardkeeper admission install</c> made
/// the secret that calls must show. Looks after the age of decisions beside.
/// </summary>
internal sealed partial class AdmissionListener(IServiceProvider services, PlatformOptions options, FrontFolder folder, MedicalDevices medical, Readiness readiness, TimeProvider clock, ILogger<AdmissionListener> log)
    : PeriodicWork(readiness, TimeSpan.FromMinutes(5), clock)
{
    private const int Rehearsals = 3;
    private readonly SemaphoreSlim starting = new(1, 1);
    private WebApplication? web;
    private bool isOpen;

    /// <summary>Where it listens; null while it does not.</summary>
    public IPEndPoint? ListensOn { get; private set; }

    /// <summary>Address of the front for the configuration of FreeRADIUS.</summary>
    public static string Url(AdmissionSettings settings)
    {
        // Who listens everywhere is asked on this machine.
        IPAddress host = settings.Bind.Equals(IPAddress.Any) ? IPAddress.Loopback : settings.Bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : settings.Bind;
        return (IPAddress.IsLoopback(settings.Bind) ? "http://" : "https://") + new IPEndPoint(host, settings.Port);
    }

    /// <summary>Begins to listen, or takes secret and switches over that changed. Nothing when it was not installed, or nobody decides.</summary>
    public async Task StartListeningAsync(CancellationToken cancel)
    {
        if (!folder.IsInstalled || services.GetService<IAdmissionDecider>() is null) return;
        await starting.WaitAsync(cancel);
        try
        {
            AdmissionFront front = services.GetRequiredService<AdmissionFront>();
            front.Load();
            if (web is not null) return;
            if (!isOpen)
            {
                long given = await services.GetRequiredService<AdmissionStore>().OpenAsync(cancel);
                foreach (INumbersDecisions numbers in services.GetServices<INumbersDecisions>()) numbers.Restore(given);
                isOpen = true;
            }
            AdmissionSettings settings = options.Settings.Current.Admission;
            web = Build(front, new IPEndPoint(settings.Bind, settings.Port), () => options.Certificate.Context, services.GetRequiredService<ILoggerFactory>());
            await web.StartAsync(cancel);
            await RehearseAsync(settings, cancel);
            ListensOn = new IPEndPoint(settings.Bind, settings.Port);
            LogListening(log, ListensOn);
        }
        catch (IOException e)
        {
            web = null;
            LogNoPort(log, e.Message);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>The start's part: listens before the hub says that it is ready. What goes wrong is told and tried again later; it keeps nobody from starting.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        try
        {
            await medical.ReadAsync(cancel);
            await StartListeningAsync(cancel);
        }
        catch (Exception e) when (Storage.StoreFaults.IsStoreFault(e) || e is UserError)
        {
            LogTrouble(log, e.Message);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (web is not null) await web.DisposeAsync();
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        starting.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await medical.ReadAsync(cancel);
            await StartListeningAsync(cancel);
            if (!folder.IsInstalled) return;
            CaptureTime before = CaptureTime.FromDate(Clock.GetUtcNow() - TimeSpan.FromDays(options.Settings.Current.Retention.Days));
            await services.GetRequiredService<AdmissionQueries>().ForgetAsync(before, cancel);
        }
        catch (Exception e) when (Storage.StoreFaults.IsStoreFault(e) || e is UserError)
        {
            LogTrouble(log, e.Message);
        }
    }

    /// <summary>Calls itself some times as FreeRADIUS would: see <see cref="AdmissionRehearsal"/>.</summary>
    private async Task RehearseAsync(AdmissionSettings settings, CancellationToken cancel)
    {
        using SocketsHttpHandler handler = new() { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == options.Certificate.Current.GetCertHashString() } };
        using HttpClient client = new(handler) { BaseAddress = new Uri(Url(settings)), Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(Encoding.ASCII.GetString(FrontFolder.Authorization(folder.Secret())));
        try
        {
            for (int i = 0; i < Rehearsals; i++)
            {
                using ReadOnlyMemoryContent body = new(AdmissionRehearsal.Body);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using HttpResponseMessage answer = await client.PostAsync(AdmissionFront.Rehearsal, body, cancel);
                if (!answer.IsSuccessStatusCode) LogNotRehearsed(log, answer.StatusCode.ToString());
            }
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            LogNotRehearsed(log, e.Message);
        }
    }

    /// <summary>The front's own web application.</summary>
    /// <param name="front">What answers.</param>
    /// <param name="address">Where it listens; port 0 takes a free one.</param>
    /// <param name="certificate">Shown on an address that is not this machine's own.</param>
    /// <param name="logs">Where it logs to.</param>
    internal static WebApplication Build(AdmissionFront front, IPEndPoint address, Func<SslStreamCertificateContext> certificate, ILoggerFactory logs)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Hub.Admission.Radius.RadiusAttributes.MaxBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.MaxConcurrentConnections = 512;
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (!IPAddress.IsLoopback(address.Address))
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate() }), HandshakeTimeout = TimeSpan.FromSeconds(5) });
            });
        });
        WebApplication app = builder.Build();
        front.Map(app);
        return app;
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Information, Message = "FreeRADIUS is listened for on {Address}")]
    private static partial void LogListening(ILogger log, IPEndPoint address);

    [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "FreeRADIUS cannot be listened for: {Why} It is tried again in five minutes; meanwhile FreeRADIUS answers by what it knew last. Choose another port with admission.port and run 'wardkeeper admission install'.")]
    private static partial void LogNoPort(ILogger log, string why);

    [LoggerMessage(EventId = 414, Level = LogLevel.Warning, Message = "The first request of FreeRADIUS could not be rehearsed ({Why}); it may take longer than FreeRADIUS waits.")]
    private static partial void LogNotRehearsed(ILogger log, string why);

    [LoggerMessage(EventId = 412, Level = LogLevel.Warning, Message = "Admission could not be looked after; it is tried again: {Why}")]
    private static partial void LogTrouble(ILogger log, string why);
}
