using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Mqtt;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Mqtt;

public sealed class MqttAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Packet(0x10, [.. Text("MQTT"), 4, 0xC6, 0, 60, .. Text("band-17"), .. Text("ward/icu/status"), .. Text("gone"), .. Text("wearable"), .. Text("secret")])),
        Said.Server(0x20, 2, 0, 0),
        Said.Client(Packet(0x82, [0, 1, .. Text("ward/icu/command/#"), 1])),
        Said.Server(0x90, 3, 0, 1, 1),
        Said.Client(Packet(0x30, [.. Text("ward/patient/4711/pulse"), .. "{\"hr\":71}"u8])),
        Said.Client(Packet(0x33, [.. Text("ward/icu/wave"), 0, 2, .. Enumerable.Range(0, 300).Select(static i => (byte)i)])),
        Said.Server(Packet(0x30, [.. Text("ward/icu/command/reboot"), .. "<now/>"u8])),
        Said.Client(0xC0, 0),
        Said.Client(0xE0, 0),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<MqttAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.FriendlyName, Value: "band-17" } && one.Subject == Conversation.View().Client);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<MqttAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<MqttAnalyser>(Session, one => one.Log);

    [Fact]
    public void Version_five_has_properties_and_reasons()
    {
        List<Said> said =
        [
            Said.Client(Packet(0x10, [.. Text("MQTT"), 5, 2, 0, 60, 5, 0x11, 0, 0, 0, 10, .. Text("pump")])),
            Said.Server(0x20, 3, 0, 0x87, 0),
            Said.Client(Packet(0x30, [.. Text("a/b"), 2, 1, 1, .. "plain"u8])),
        ];
        Conversation played = Conversation.Of<MqttAnalyser>(said);
        MqttConnect connect = Assert.IsType<MqttConnect>(played.Transactions[0]);
        Assert.Equal(("5.0", "pump", "Not authorized", false), (connect.ProtoVersion, connect.ClientId, connect.ConnectStatus, connect.IsAccepted));
        Assert.Equal((5, "text"), (Assert.IsType<MqttPublish>(played.Transactions[1]).PayloadLen, ((MqttPublish)played.Transactions[1]).PayloadKind));
        Splits.HoldFor<MqttAnalyser>(said);
    }

    [Theory]
    [InlineData("captures/lab/mqtt.pcap")]
    [InlineData("captures/zeek/mqtt.pcap")]
    [InlineData("captures/ndpi/coap_mqtt.pcap")]
    [InlineData("captures/suricata-verify/mqtt-connect-rules-2/mqtt5_pub_jpeg_connack134.pcap")]
    public void Captures_give_their_connections_and_messages(string capture) =>
        Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[^2..]), Conversation.Render(CaptureRows<Transaction>.Of(capture).Where(row => row.Log.StartsWith("mqtt", StringComparison.Ordinal)).Take(60)));

    [Theory]
    [InlineData("\u0010\u000C\0\u0004MQTT", Match.Yes)]
    [InlineData("\u0010\u0010\0\u0006MQIsdp", Match.Yes)]
    [InlineData("\u0010\u000C\0\u0004MQ", Match.NeedMore)]
    [InlineData("\u0010\u000C\0\u0004HTTP", Match.No)]
    [InlineData("\u0010\u00FF\u00FF\u00FF\u00FF", Match.No)]
    [InlineData("\u0030\u0007\0\u0003a/bhi", Match.Yes)]
    [InlineData("\u0030\u0007\0\u0003a bhi", Match.No)]
    [InlineData("220 ready", Match.No)]
    public void Connections_are_recognised(string client, object match) =>
        Assert.Equal(match, MqttAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    private static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Packet(byte head, byte[] content) => content.Length < 128 ? [head, (byte)content.Length, .. content] : [head, (byte)(content.Length | 0x80), (byte)(content.Length >> 7), .. content];
}
