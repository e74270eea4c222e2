using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Stun;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Stun;

public sealed class StunAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 3478);

    private static readonly List<Said> Session =
    [
        Said.Client(Message(0x0001, 1)),
        Said.Server(Message(0x0101, 1, 0x00, 0x20, 0, 8, 0, 1, 0x29, 0xE6, 0xE1, 0x12, 0xA6, 0x43, 0x80, 0x22, 0, 6, (byte)'c', (byte)'o', (byte)'t', (byte)'u', (byte)'r', (byte)'n', 0, 0)),
        Said.Client(Message(0x0003, 2, 0x00, 0x06, 0, 4, (byte)'u', (byte)'s', (byte)'e', (byte)'r')),
        Said.Server(Message(0x0113, 2, 0x00, 0x09, 0, 4, 0, 0, 4, 1, 0x00, 0x14, 0, 4, (byte)'h', (byte)'o', (byte)'s', (byte)'p')),
        Said.Client(Message(0x0001, 3)),
        Said.Server(Message(0x0101, 3, 0x00, 0x20, 0, 8, 0, 1, 0x29, 0xE6, 0xE1, 0x12, 0xA6, 0x43, 0x80, 0x22, 0, 6, (byte)'c', (byte)'o', (byte)'t', (byte)'u', (byte)'r', (byte)'n', 0, 0)),
        Said.Client(Message(0x0008, 4)),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<StunAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Equal(played.Lines, Conversation.Of<StunAnalyser>(Session, Udp).Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "coturn" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<StunAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<StunAnalyser>(Session, one => ((StunExchange)one).Method);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([StunFaults.Length], Conversation.Of<StunAnalyser>([Said.Client(0, 1, 0, 9)], Udp).Faults);
        Assert.Equal([StunFaults.Attribute], Conversation.Of<StunAnalyser>([Said.Client(Message(0x0001, 1, 0, 6, 0, 9))], Udp).Faults);
    }

    [Theory]
    [InlineData("captures/arkime/stun-ice-testcall.pcap")]
    [InlineData("captures/corelight-stun/stun-malformed-error.pcap")]
    [InlineData("captures/corelight-stun/stun-attribute-length-ffff.pcap")]
    [InlineData("captures/ndpi/stun_google_meet.pcapng")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<StunExchange>.Of(capture).Take(40)));

    [Fact]
    public void Old_messages_need_attributes_that_fill_them()
    {
        byte[] old = [1, 1, 0, 12, .. new byte[16], 0, 1, 0, 8, 0, 1, 0xC0, 0, 10, 0, 0, 1];
        Assert.Equal(Match.Yes, Recognise(Message(0x0001, 1)));
        Assert.Equal(Match.YesReversed, Recognise(Message(0x0101, 1)));
        Assert.Equal(Match.YesReversed, Recognise(old));
        Assert.Equal(Match.No, Recognise([.. old, 0]));
        Assert.Equal(Match.No, Recognise([1, 1, 0, 4, .. new byte[16], 0, 1, 0, 8]));
    }

    private static Match Recognise(byte[] bytes) => StunAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = bytes, ClientPort = 40000, ServerPort = 40001 });

    private static byte[] Message(int type, byte transaction, params byte[] attributes) =>
        [(byte)(type >> 8), (byte)type, 0, (byte)attributes.Length, 0x21, 0x12, 0xA4, 0x42, .. new byte[11], transaction, .. attributes];
}
