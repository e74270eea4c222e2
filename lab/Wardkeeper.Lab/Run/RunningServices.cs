using System.Collections.Concurrent;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>Everything that the hosts offer, while it runs. Disposing ends it all.</summary>
internal sealed class RunningServices : IAsyncDisposable
{
    private const int AtOnce = 4;
    private readonly ConcurrentBag<IAsyncDisposable> running = [];

    /// <summary>Starts what every host offers.</summary>
    /// <param name="site">The hosts.</param>
    /// <param name="progress">Told how many run.</param>
    /// <param name="cancel">Stops starting; what runs is ended.</param>
    /// <exception cref="LabException">One of them does not become ready.</exception>
    public static async Task<RunningServices> StartAsync(HospitalSite site, Action<int> progress, CancellationToken cancel)
    {
        RunningServices services = new();
        (HostNamespace Host, IService Service)[] wanted = [.. site.Hosts.SelectMany(host => host.Device.Offers.Distinct().Select(word => (host, ServiceRegistry.Of(word))))];
        try
        {
            await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                async (one, stop) =>
                {
                    services.running.Add(await one.Service.StartAsync(one.Host, site, stop));
                    progress(services.running.Count);
                });
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await Parallel.ForEachAsync(running, new ParallelOptions { MaxDegreeOfParallelism = 2 * AtOnce }, async (one, _) => await one.DisposeAsync());
}
