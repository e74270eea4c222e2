using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Web;

/// <summary>A device's page over HTTPS, with a certificate that it signed itself. Firmware of devices ends at TLS 1.2; servers speak 1.3 too.</summary>
internal sealed class HttpsService : IService
{
    private const int Port = 443;

    /// <inheritdoc/>
    public string Word => "https";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => WebServer.Needs;

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        CertificateFiles own = DeviceCertificate.SelfSigned(site, host.Device);
        string[] secure = [$"ssl_certificate {own.Certificate};", $"ssl_certificate_key {own.Key};", $"ssl_protocols TLSv1.2{(WebServer.IsServer(host.Device) ? " TLSv1.3" : "")};"];
        return await WebServer.StartAsync(host, site, Word, Port, secure, cancel);
    }
}
