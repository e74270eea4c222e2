using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Radius;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Radius;

public sealed class RadiusAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, serverPort: 1812);

    private static readonly List<Said> Session =
    [
        Said.Client(Message(1, 7, Attribute(1, "0a1b2c3d4e5f"u8), Attribute(2, new byte[16]), Attribute(31, "0A-1B-2C-3D-4E-5F"u8), Attribute(32, "icu-a"u8), Attribute(87, "Gi1/0/7"u8))),
        Said.Server(Message(2, 7, Attribute(81, "\u000130"u8), Attribute(18, "welcome"u8))),
        Said.Client(Message(1, 8, Attribute(1, "guest"u8), Attribute(79, [2, 1, 0, 10]))),
        Said.Server(Message(11, 8, Attribute(79, [1, 2, 0, 6]))),
        Said.Client(Message(1, 9, Attribute(1, "guest"u8), Attribute(79, [2, 2, 0, 6]))),
        Said.Server(Message(3, 9)),
        Said.Client(Message(4, 10, Attribute(40, [0, 0, 0, 1]), Attribute(31, "0A:1B:2C:3D:4E:5F"u8), Attribute(5, [0, 0, 0, 12]))),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says() => Golden.Hold("session", Conversation.Of<RadiusAnalyser>(Session, View).Lines);

    [Fact]
    public void Who_was_let_in_is_at_the_switchs_port()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<RadiusAnalyser>(Session, View).Observe(View);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.SwitchPort, Value: "icu-a Gi1/0/7" } && one.Subject.Mac == new MacAddress(0x0A1B2C3D4E5F));
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "icu-a" } && one.Subject == View.Client);
    }

    [Fact]
    public void Broken_messages_are_faults()
    {
        byte[] cut = Session[0].Bytes[..30], bad = [.. Session[0].Bytes];
        bad[21] = 1;
        Assert.Equal([RadiusFaults.Short, RadiusFaults.MalformedAttribute], Conversation.Of<RadiusAnalyser>([Said.Client(cut), Said.Client(bad)], View).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/radius/radius.pcap")]
    [InlineData("captures/tcpdump/RADIUS.pcap")]
    [InlineData("captures/tcpdump/RADIUS-RFC3162.pcap")]
    [InlineData("captures/tcpdump/RADIUS-RFC5176-2.pcap")]
    [InlineData("captures/tcpdump/RADIUS-port1700.pcap")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RadiusExchange>.Of(capture)));

    [Fact]
    public void Its_shape_makes_it_known_on_any_port()
    {
        byte[] request = Session[0].Bytes;
        Assert.Equal(Match.Yes, Ask(request));
        Assert.Equal(Match.No, Ask([.. request, 0]));
        Assert.Equal(Match.No, Ask(request[..^1]));
        Assert.Equal(Match.No, Ask(Session[5].Bytes));
        Assert.Equal(Match.No, Ask([1, 2, 0, 26, .. new byte[22]]));
    }

    private static Match Ask(byte[] client) => RadiusAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = client, ClientPort = 40000, ServerPort = 40001 });

    private static byte[] Attribute(byte kind, ReadOnlySpan<byte> value) => [kind, (byte)(value.Length + 2), .. value];

    private static byte[] Message(byte code, byte id, params byte[][] attributes)
    {
        int length = 20 + attributes.Sum(one => one.Length);
        return [code, id, (byte)(length >> 8), (byte)length, .. Enumerable.Range(0, 16).Select(static i => (byte)(i * 37)), .. attributes.SelectMany(one => one)];
    }
}
