using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Web;

/// <summary>A device's page over HTTP.</summary>
internal sealed class HttpService : IService
{
    private const int Port = 80;

    /// <inheritdoc/>
    public string Word => "http";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => WebServer.Needs;

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel) => await WebServer.StartAsync(host, site, Word, Port, [], cancel);
}
