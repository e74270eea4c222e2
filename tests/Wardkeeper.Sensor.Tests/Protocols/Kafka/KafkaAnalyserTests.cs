using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Kafka;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Kafka;

public sealed class KafkaAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Request(18, 3, 1, [0, 18, .. "apache-kafka-java"u8, 6, .. "3.6.1"u8, 0])),
        Said.Server(Answer(1, [0, 0, 2, 0, 0])),
        Said.Client(Request(17, 1, 2, Text("PLAIN"))),
        Said.Server(Answer(2, [0, 0, 0, 0, 0, 0])),
        Said.Client(Request(36, 0, 3, [0, 0, 0, 12, 0, .. "ward\0secret"u8])),
        Said.Server(Answer(3, [0, 58, 0, 0])),
        Said.Client([.. Request(3, 2, 4, [0, 0, 0, 2, .. Text("alarms"), .. Text("patient.4711")]), .. Request(0, 2, 5, [0, 0, 0, 0, 0, 9, 0, 0, 0, 1, .. Text("alarms"), .. new byte[400]])]),
        Said.Server(Answer(4, new byte[2000])),
        Said.Client(Request(11, 2, 6, [.. Text("monitors"), 0, 0])),
        Said.Client(Request(1, 4, 7, [.. new byte[17], 0, 0, 0, 1, .. Text("waves"), 0])),
        Said.Server([.. Answer(7, [1]), .. Answer(6, [2])]),
        Said.Client(Request(3, 9, 8, [0, 2, 7, .. "alarms"u8, 0, 1, 1, 1, 0])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<KafkaAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "apache-kafka-java 3.6.1" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<KafkaAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<KafkaAnalyser>(Session, one => ((KafkaRequest)one).Request);

    [Theory]
    [InlineData("captures/ndpi/kafka.pcapng")]
    [InlineData("captures/arkime/kafka.pcap")]
    public void Captures_give_their_requests(string capture) => Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[1..]), Conversation.Render(CaptureRows<KafkaRequest>.Of(capture)));

    [Fact]
    public void Messages_that_cannot_be_are_faults()
    {
        Assert.Equal([KafkaFaults.MalformedMessage], Conversation.Of<KafkaAnalyser>([Said.Client(0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0)]).Faults);
        Assert.Equal([KafkaFaults.MalformedMessage], Conversation.Of<KafkaAnalyser>([Said.Client(0, 0, 0, 20, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0)]).Faults);
    }

    [Theory]
    [InlineData("\0\0\0\u0015\0\u0012\0\0\0\0\0\u0081\0\u0007rdkafka\0\0\0\0", Match.Yes)]
    [InlineData("\0\0\0\u0015\0\u0012\0\0\0\0\0\u0081\0\u0007rdk", Match.NeedMore)]
    [InlineData("\0\0\0\u0015\0\u0099\0\0\0\0\0\u0081\0\u0007rdkafka\0\0\0\0", Match.No)]
    [InlineData("\0\0\0\u0015\0\u0012\0\0\0\0\0\u0081\0\u0007rd afka\0\0\0\0", Match.No)]
    [InlineData("\0\0\0\u0015\u00FESMB", Match.No)]
    public void Requests_are_recognised(string client, object match) =>
        Assert.Equal(match, KafkaAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Sized(byte[] content) => [0, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static byte[] Request(byte key, byte version, byte correlation, byte[] body) => Sized([0, key, 0, version, 0, 0, 0, correlation, .. Text("gateway-1"), .. body]);

    private static byte[] Answer(byte correlation, byte[] body) => Sized([0, 0, 0, correlation, .. body]);
}
