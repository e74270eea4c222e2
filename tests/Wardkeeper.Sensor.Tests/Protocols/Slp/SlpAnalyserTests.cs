using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Slp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Slp;

public sealed class SlpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, serverPort: 427);

    private static readonly List<Said> Session =
    [
        Said.Client(Message(1, [0, 0, .. Text("service:printer"), .. Text("DEFAULT"), 0, 0, 0, 0])),
        Said.Client(Message(1, [0, 0, .. Text("service:printer"), .. Text("DEFAULT"), 0, 0, 0, 0])),
        Said.Server(Message(2, [0, 0, 0, 1, 0, 0, 60, .. Text("service:printer:lpr://10.0.0.2/q"), 0])),
        Said.Client(Message(6, [0, 0, .. Text("service:printer:lpr://10.0.0.2/q"), .. Text("DEFAULT"), 0, 0, 0, 0])),
        Said.Server(Message(7, [0, 0, .. Text("(printer-make-and-model=Zebra ZT410),(printer-location=Ward 3),(x-hp-p1=MFG:Zebra;MDL:ZT410;SN:99J2;CLS:PRINTER;)"), 0])),
        Said.Server(Message(8, [0, 0, 0, 0, 0, 1, .. Text("service:directory-agent://10.0.0.2"), .. Text("DEFAULT"), 0, 0, 0, 0, 0])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SlpAnalyser>(Session, View);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        IReadOnlyList<Observation> seen = played.Observe(View);
        Assert.Contains(seen, one => one is Claim { Kind: ClaimKind.SerialNumber, Value: "99J2" });
        Assert.Contains(seen, one => one is Claim { Kind: ClaimKind.AnnouncedService, Value: "service:printer:lpr" });
    }

    [Fact]
    public void Capture_gives_its_messages() => Golden.Hold("ndpi-srvloc-v1", Conversation.Render(CaptureRows<SlpMessage>.Of("captures/ndpi/srvloc-v1.pcapng")));

    [Fact]
    public void Messages_are_recognised_by_their_length_and_language()
    {
        byte[] request = Message(1, [0, 0, .. Text("service:printer"), .. Text("DEFAULT"), 0, 0, 0, 0]);
        Assert.Equal(Match.Yes, Recognise(request));
        Assert.Equal(Match.No, Recognise(request[..^1]));
        request[14] = 1;
        Assert.Equal(Match.No, Recognise(request));
        Assert.Equal(Match.YesReversed, Recognise(Message(2, [0, 0, 0, 0])));
    }

    [Fact]
    public void Broken_messages_are_faults() => Assert.Equal([SlpFaults.Malformed], Conversation.Of<SlpAnalyser>([Said.Client(Message(1, [0, 200]))], View).Faults);

    private static Match Recognise(byte[] client) => SlpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = client, ServerPort = 427 });

    private static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Message(byte function, byte[] body) => [2, function, 0, (byte)((body.Length + 16) >> 8), (byte)(body.Length + 16), 0, 0, 0, 0, 0, 0, 1, 0, 2, .. "en"u8, .. body];
}
