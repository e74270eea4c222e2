using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class MqttTests
{
    [LabFact("mosquitto mosquitto_pub tshark tcpdump unshare")]
    public async Task Wearables_publish_to_the_broker_under_their_own_names()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("wear1", 9, "wristband"), TestHospital.Device("mqtt", 10, offers: "mqtt"));
        TopicPublished what = new(TimeSpan.Zero, "wear1", "mqtt", "ward/er/band/vitals", """{"bed":"ER-01","hr":71,"name":"王"}""");
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel));
        Assert.Equal(["wear1"], await capture.FieldsAsync("mqtt.msgtype==1", "mqtt.clientid"));
        IReadOnlyList<string> published = await capture.FieldsAsync("mqtt.msgtype==3", "ip.src", "ip.dst", "mqtt.topic", "mqtt.msg");
        Assert.Single(published);
        string[] fields = published[0].Split('\t');
        Assert.Equal(["10.77.10.9", "10.77.10.10", what.Topic], fields[..3]);
        Assert.Equal(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(what.Payload)), fields[3].Replace(":", "", StringComparison.Ordinal));
        Assert.Equal(1, await capture.CountAsync("mqtt.msgtype==4"));
        string log = hospital.Site.LogOf(hospital.Site["mqtt"], "mosquitto");
        while (!File.ReadAllText(log).Contains("Client wear1 disconnected", StringComparison.Ordinal)) await Task.Delay(20, TestHospital.Cancel);
        Assert.Contains("Received PUBLISH from wear1 (d0, q1, r0, m1, 'ward/er/band/vitals'", File.ReadAllText(log), StringComparison.Ordinal);
    }
}
