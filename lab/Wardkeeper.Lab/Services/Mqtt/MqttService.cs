using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Mqtt;

/// <summary>Mosquitto, in clear text and without accounts, as the gateways of wearables are often left. Its log says who published what.</summary>
internal sealed class MqttService : IService
{
    /// <summary>Port of MQTT without TLS (IANA).</summary>
    public const int Port = 1883;

    /// <inheritdoc/>
    public string Word => "mqtt";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("mosquitto", "mosquitto")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string configuration = Path.Combine(site.FolderOf($"mqtt/{host.Device.Key}"), "mosquitto.conf");
        await File.WriteAllLinesAsync(configuration, [$"listener {Port} 0.0.0.0", "allow_anonymous true", "persistence false", "log_dest stderr", "log_type all", "sys_interval 0"], cancel);
        return await DeviceSystem.ServeAsync(host, site, "mosquitto", ["-c", configuration], [Port], cancel);
    }
}
