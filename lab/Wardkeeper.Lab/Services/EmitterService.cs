using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services;

/// <summary>A server of ours, for a protocol for which no program exists. It needs nothing installed; its log is named by its word.</summary>
/// <param name="word">Word by which a device's <c>Offers</c> names it.</param>
/// <param name="start">Starts the server on a host; it listens when this returns.</param>
internal sealed class EmitterService(string word, Func<HostNamespace, HospitalSite, ServerLog, IAsyncDisposable> start) : IService
{
    /// <inheritdoc/>
    public string Word => word;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(start(host, site, new ServerLog(site.LogOf(host, word))));
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new LabException($"{word} on {host.Device.Key} cannot listen: {e.Message}", e);
        }
    }
}
