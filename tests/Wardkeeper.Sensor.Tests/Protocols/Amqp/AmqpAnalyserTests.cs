using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Amqp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Amqp;

public sealed class AmqpAnalyserTests
{
    private static readonly byte[] ServerProperties = [.. Entry("product", "RabbitMQ"), .. Entry("version", "3.12.1"), .. Entry("platform", "Erlang/OTP 25.3"), .. Entry("cluster_name", "rabbit@ward"), .. Short("capabilities"), (byte)'F', 0, 0, 0, 7, .. Short("basic"), (byte)'t'];

    private static readonly List<Said> Session =
    [
        Said.Client([.. "AMQP"u8, 0, 0, 9, 1]),
        Said.Server(Method(0, 10, 10, [0, 9, .. Table(ServerProperties), .. Long("PLAIN AMQPLAIN"), .. Long("en_US")])),
        Said.Client(Method(0, 10, 11, [.. Table([.. Entry("product", "py-amqp"), .. Entry("version", "5.1")]), .. Short("PLAIN"), .. Long("\0ward\0secret"), .. Short("en_US")])),
        Said.Server(Method(0, 10, 30, [0, 0, 0, 0, 0, 0, 0, 60])),
        Said.Client([.. Method(0, 10, 31, [0, 0, 0, 0, 0, 0, 0, 60]), .. Method(0, 10, 40, [.. Short("/lab"), 0, 0])]),
        Said.Server(Method(0, 10, 41, [0])),
        Said.Client(Method(1, 50, 10, [0, 0, .. Short("results"), 0, 0, 0, 0, 0])),
        Said.Server(Method(1, 50, 11, [.. Short("results"), 0, 0, 0, 0, 0, 0, 0, 0])),
        Said.Client([.. Method(1, 60, 40, [0, 0, .. Short("lab"), .. Short("patient.4711.glucose"), 0]), .. Header(1, 300, "application/json"), .. Frame(3, 1, new byte[300])]),
        Said.Server([.. Method(1, 60, 60, [.. Short("tag"), 0, 0, 0, 0, 0, 0, 0, 1, 0, .. Short("lab"), .. Short("alarm")]), .. Header(1, 2, null), .. Frame(3, 1, [1, 2]), 8, 0, 0, 0, 0, 0, 0, 0xCE]),
        Said.Client(Method(1, 50, 20, [0, 0, .. Short("results"), .. Short("nowhere"), .. Short("#"), 0, 0, 0, 0, 0])),
        Said.Server(Method(1, 20, 40, [1, 0x94, .. Short("NOT_FOUND"), 0, 50, 0, 20])),
    ];

    private static readonly List<Said> One =
    [
        Said.Client([.. "AMQP"u8, 3, 1, 0, 0]),
        Said.Server([.. "AMQP"u8, 3, 1, 0, 0, .. Performative(1, 0x40, [0xA3, 5, .. "PLAIN"u8])]),
        Said.Client(Performative(1, 0x41, [0xA3, 5, .. "PLAIN"u8, 0xA0, 12, 0, .. "ward\0secret"u8, 0xA1, 4, .. "host"u8])),
        Said.Server(Performative(1, 0x44, [0x50, 0])),
        Said.Client([.. "AMQP"u8, 0, 1, 0, 0, .. Performative(0, 0x10, [0xA1, 6, .. "pump-7"u8, 0xA1, 6, .. "broker"u8, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0xC1, 20, 2, 0xA3, 7, .. "product"u8, 0xA1, 8, .. "qpid-cpp"u8])]),
        Said.Server([.. "AMQP"u8, 0, 1, 0, 0, .. Performative(0, 0x10, [0xA1, 7, .. "artemis"u8, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0xC1, 30, 4, 0xA3, 7, .. "product"u8, 0xA1, 7, .. "artemis"u8, 0xA3, 7, .. "version"u8, 0xA1, 1, (byte)'2'])]),
        Said.Client(Performative(0, 0x12, [0xA1, 1, (byte)'l', 0x43, 0x41, 0x40, 0x40, 0, 0x53, 0x28, 0xC0, 9, 1, 0xA1, 6, .. "alarms"u8, 0, 0x53, 0x29, 0x45])),
    ];

    [Fact]
    public void Sessions_are_reported_as_the_golden_files_say()
    {
        Conversation played = Conversation.Of<AmqpAnalyser>(Session), one = Conversation.Of<AmqpAnalyser>(One);
        Assert.Empty(played.Faults);
        Assert.Empty(one.Faults);
        Golden.Hold("session", played.Lines);
        Golden.Hold("one", one.Lines);
        string all = string.Join('\n', played.Lines.Concat(one.Lines));
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), claim => claim is Claim { Kind: ClaimKind.Software, Value: "RabbitMQ 3.12.1" });
    }

    [Fact]
    public void Cuts_change_nothing()
    {
        Splits.HoldFor<AmqpAnalyser>(Session);
        Splits.HoldFor<AmqpAnalyser>(One);
    }

    [Fact]
    public void Losses_invent_nothing()
    {
        Splits.SurviveGapsFor<AmqpAnalyser>(Session, row => row.Log);
        Splits.SurviveGapsFor<AmqpAnalyser>(One, row => row.Log);
    }

    [Fact]
    public void Capture_gives_its_messages() => Golden.Hold("ndpi-amqp", Conversation.Render(CaptureRows<AmqpOperation>.Of("captures/ndpi/amqp.pcap").Take(40)));

    [Fact]
    public void Nested_and_endless_values_are_faults_at_most()
    {
        Assert.Equal([AmqpFaults.MalformedFrame], Conversation.Of<AmqpAnalyser>([Said.Client(9, 0, 0, 0, 0, 0, 0, 0)]).Faults);
        Assert.Equal([AmqpFaults.MalformedMethod], Conversation.Of<AmqpAnalyser>([Said.Client([.. "AMQP"u8, 0, 0, 9, 1, .. Method(1, 60, 40, [0, 0, 200])])]).Faults);
        Assert.Empty(Conversation.Of<AmqpAnalyser>([Said.Client([.. "AMQP"u8, 0, 1, 0, 0, .. Performative(0, 0x10, new byte[200])])]).Faults);
    }

    [Theory]
    [InlineData("AMQP\0\0\u0009\u0001", true, Match.Yes)]
    [InlineData("AMQP\u0003\u0001\0\0", true, Match.Yes)]
    [InlineData("AMQP\u0009\u0009\0\0", true, Match.No)]
    [InlineData("AM", true, Match.NeedMore)]
    [InlineData("\u0001\0\u0001\0\0\0\u0008\0<\0(\0\0\0\0\u00CE", false, Match.Yes)]
    [InlineData("\u0001\0\u0001\0\0\0\u0008\0<\0(\0\0\0\0\u00CE", true, Match.No)]
    [InlineData("\u0001\0\u0001\0\0\0\u0008\0<\0(\0\0\0\0\0", false, Match.No)]
    public void Openings_are_recognised(string client, bool fromStart, object match) =>
        Assert.Equal(match, AmqpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = fromStart }));

    private static byte[] Short(string text) => [(byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Long(string text) => [0, 0, 0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Entry(string name, string value) => [.. Short(name), (byte)'S', .. Long(value)];

    private static byte[] Table(byte[] entries) => [0, 0, (byte)(entries.Length >> 8), (byte)entries.Length, .. entries];

    private static byte[] Frame(byte kind, byte channel, byte[] content) => [kind, 0, channel, 0, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content, 0xCE];

    private static byte[] Method(byte channel, byte group, byte method, byte[] fields) => Frame(1, channel, [0, group, 0, method, .. fields]);

    private static byte[] Header(byte channel, int length, string? type) => Frame(2, channel, [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(length >> 8), (byte)length, type is null ? (byte)0 : (byte)0x80, 0, .. type is null ? [] : Short(type)]);

    private static byte[] Performative(byte kind, byte code, byte[] elements) => [0, 0, 0, (byte)(8 + 6 + elements.Length), 2, kind, 0, 0, 0, 0x53, code, 0xC0, (byte)(elements.Length + 1), 9, .. elements];
}
