using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Up;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Trust.Devices;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>Opens the listener for devices once the hub is open, where the settings name a port; hands revocations on to its connections.</summary>
internal sealed partial class DeviceListener(IServiceProvider services, PlatformOptions options, Readiness readiness, ILogger<DeviceListener> log) : BackgroundService, IRevocationNotice
{
    private volatile DeviceConnections? connections;

    /// <inheritdoc/>
    public Task RevokedAsync(TrustedIdentity identity, CancellationToken cancel) => connections?.RevokedAsync(identity, cancel) ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DeviceTrustSettings settings = options.Settings.Current.TrustDevices;
        if (settings.Port == 0) return;
        await readiness.FirstReady.WaitAsync(stoppingToken);
        try
        {
            await RunAsync(settings, stoppingToken);
        }
        catch (Exception e) when (e is UserError or IOException or CryptographicException or InvalidOperationException)
        {
            // Console and sensors go on: that devices cannot speak is said, not paid for by everything else.
            CannotListen(settings.Port, e.Message);
        }
    }

    private async Task RunAsync(DeviceTrustSettings settings, CancellationToken stop)
    {
        string path = settings.Certificate ?? throw new UserError("devices.port is set and devices.certificate is not: name a certificate (PEM, P-256) that one of the hub's authorities issued to the hub itself.");
        using X509Certificate2 certificate = ServerCertificate.Configured(path, settings.CertificateKey);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(path);
        using ECDsa key = certificate.GetECDsaPrivateKey() is { KeySize: 256 } own ? own : throw new UserError($"devices.certificate {path} must have a key on P-256.");
        CertificateId id = CertificateId.Of(certificate) ?? throw new UserError($"devices.certificate {path} must name its issuer's key (AuthorityKeyIdentifier).");
        DeviceTrustStore store = services.GetRequiredService<DeviceTrustStore>();
        await store.LoadAsync(stop);
        DeviceDoor door = new(services.GetRequiredService<ITrustedIdentities>(), options.Clock);
        EkRoots roots = settings.ChipRoots is { } file ? EkRoots.OfPem(await File.ReadAllTextAsync(file, stop)) : new EkRoots([]);
        using DeviceDesk desk = new(door, store, new TrustEvents(services.GetRequiredService<HubPath>(), services.GetRequiredService<DetectionPath>()), new AttestationDesk(roots), services.GetRequiredService<IIdentityGrading>(), new EcdsaSigner(id, key), () => Readers(options.Settings.Current.TrustDevices.Readers), () => new SuiteChoice(options.Settings.Current.TrustDevices.Suites));
        connections = new DeviceConnections(desk);
        await using WebApplication app = DeviceHost.Build([.. settings.Bind.Select(address => new IPEndPoint(address, settings.Port))], SslStreamCertificateContext.Create(certificate, chain, offline: true), door, desk, connections, logging => LogSetup.Configure(logging, options.Settings));
        await app.StartAsync(stop);
        Listening(settings.Port);
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await app.StopAsync(CancellationToken.None);
    }

    private static List<long> Readers(IReadOnlyList<string> names) =>
        [.. names.Where(static name => name.StartsWith("D-", StringComparison.Ordinal)).Select(static name => long.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0).Where(static number => number > 0)];

    [LoggerMessage(EventId = 160, Level = LogLevel.Information, Message = "Devices are listened for on port {Port}.")]
    private partial void Listening(int port);

    [LoggerMessage(EventId = 161, Level = LogLevel.Error, Message = "Devices cannot be listened for on port {Port}: {Why}")]
    private partial void CannotListen(int port, string why);
}

/// <summary>Registers the listener for devices.</summary>
internal static class DeviceComposition
{
    /// <summary>Registers it; it opens nothing unless the settings name a port.</summary>
    public static void AddTrustedDevices(this IServiceCollection services, PlatformOptions options)
    {
        services.AddSingleton(provider => new DeviceTrustStore(provider.GetRequiredService<StoreFactory>(), provider.GetRequiredService<HubGate>(), provider.GetRequiredService<IAuditLog>(), SecretBox.Open(options.Folder.Inside("trust", "data-keys.key"))));
        services.AddSingleton<IBootStates>(provider => provider.GetRequiredService<DeviceTrustStore>());
        services.AddSingleton<DeviceListener>();
        services.AddHostedService(provider => provider.GetRequiredService<DeviceListener>());
        services.AddSingleton<IRevocationNotice>(provider => provider.GetRequiredService<DeviceListener>());
    }
}
