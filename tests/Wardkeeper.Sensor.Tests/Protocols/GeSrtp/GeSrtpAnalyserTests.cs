using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.GeSrtp;

namespace Wardkeeper.Sensor.Tests.Protocols.GeSrtp;

public sealed class GeSrtpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 18245);

    private static byte[] Message(byte kind, byte number, byte mailbox, params (int At, byte Value)[] fields)
    {
        byte[] message = new byte[56];
        (message[0], message[2], message[30], message[31]) = (kind, number, number, mailbox);
        foreach ((int at, byte value) in fields) message[at] = value;
        return message;
    }

    private static readonly List<Said> Session =
    [
        Said.Client(new byte[56]),
        Said.Server(Message(1, 0, 0)),
        Said.Client(Seeds.Read("ge_srtp", "read")),
        Said.Server(Message(3, 1, 0xD4, (40, 1), (41, 1), (51, 2))),
        Said.Client(Seeds.Read("ge_srtp", "write")),
        Said.Server(Seeds.Read("ge_srtp", "refused")),
        Said.Client(Message(2, 3, 0xC0, (40, 1), (41, 1), (42, 0x23))),
        Said.Server(Message(3, 9, 0xD4, (40, 1), (41, 1))),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<GeSrtpAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<GeSrtpAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<GeSrtpAnalyser>(Session, one => $"{((GeSrtpExchange)one).Service}", View);

    [Fact]
    public void It_is_known_by_its_head()
    {
        Assert.Equal(Match.Yes, Ask(Seeds.Read("ge_srtp", "read"), 40000));
        Assert.Equal(Match.YesReversed, Ask(Seeds.Read("ge_srtp", "refused"), 40000));
        Assert.Equal(Match.NeedMore, Ask(Seeds.Read("ge_srtp", "read")[..40], 40000));
        // Zeros say nothing by themselves.
        Assert.Equal(Match.Yes, Ask(new byte[56], 18245));
        Assert.Equal(Match.No, Ask(new byte[56], 40000));
        byte[] other = Seeds.Read("ge_srtp", "read");
        other[42] = 0x70;
        Assert.Equal(Match.No, Ask(other, 18245));
    }

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal("ge_srtp.malformed-header", Assert.Single(Conversation.Of<GeSrtpAnalyser>([Said.Client(9, 0, 0, 0)], View).Faults).Id);

    private static Match Ask(byte[] bytes, ushort port) => GeSrtpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, ClientPort = 40001, ServerPort = port, Client = bytes });
}
