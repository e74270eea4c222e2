using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Running;

/// <summary>Makes the self-signed certificate anew before it ends, while the platform runs; connections that are open keep theirs. One of the site's own is read again at SIGHUP.</summary>
internal sealed partial class CertificateWork(ServerCertificate certificate, LiveSettings settings, TimeProvider clock, ILogger<CertificateWork> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private void Look()
    {
        WebSettings web = settings.Current.Web;
        if (web.Certificate is not null) return;
        string before = certificate.Fingerprint;
        try
        {
            certificate.Load(web);
        }
        catch (Exception e) when (e is UserError or IOException or UnauthorizedAccessException)
        {
            LogNotRenewed(log, e.Message);
            return;
        }
        if (certificate.Fingerprint != before) LogRenewed(log, certificate.Fingerprint);
    }

    [LoggerMessage(EventId = 150, Level = LogLevel.Information, Message = "The certificate of the console was about to end and was made anew, with the same key. Its SHA-256: {Fingerprint}")]
    private static partial void LogRenewed(ILogger log, string fingerprint);

    [LoggerMessage(EventId = 151, Level = LogLevel.Error, Message = "The certificate of the console will end soon and could not be made anew; it is tried again: {Why}")]
    private static partial void LogNotRenewed(ILogger log, string why);
}
