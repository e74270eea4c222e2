using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Databases;

/// <summary>Redis without a password, as it is often left. Nothing is saved.</summary>
internal sealed class RedisService : IService
{
    /// <summary>Port of Redis.</summary>
    public const int Port = 6379;

    /// <inheritdoc/>
    public string Word => "redis";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("redis-server", "redis-server")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel) =>
        await DeviceSystem.ServeAsync(host, site, "redis-server", ["--port", $"{Port}", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", "/tmp"], [Port], cancel);
}
