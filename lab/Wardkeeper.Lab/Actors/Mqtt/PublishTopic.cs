using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Mqtt;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Mqtt;

/// <summary>Publishes with Mosquitto's client under the device's key, with quality of service 1: the client ends only when the broker acknowledged.</summary>
internal sealed class PublishTopic : IActor<TopicPublished>
{
    private const string Program = "mosquitto_pub";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Program, "mosquitto-clients")];

    /// <inheritdoc/>
    public async Task ActAsync(TopicPublished what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace host = site[what.Actor];
        await ProgramRun.MustRunAsync(host, site.LogOf(host, Program), Program,
            ["-h", site[what.Broker].Device.Ip.ToString(), "-p", $"{MqttService.Port}", "-V", "mqttv311", "-i", host.Device.Key, "-q", "1", "-t", what.Topic, "-m", what.Payload], TimeSpan.FromSeconds(20), cancel);
    }
}
