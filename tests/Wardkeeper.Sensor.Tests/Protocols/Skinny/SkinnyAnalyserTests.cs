using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Skinny;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Skinny;

public sealed class SkinnyAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 2000);

    private static readonly List<Said> Session =
    [
        new(Side.Client, Seed("register")),
        new(Side.Server, Seed("media")),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SkinnyAnalyser>(Session, View);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.HostName, Value: "SEP001122334455" });
        Assert.Equal(["10.0.0.9 17000 rtp"], played.Expected.Select(one => $"{one.Server} {one.Port} {one.Protocol}"));
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SkinnyAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SkinnyAnalyser>(Session, one => ((SkinnySession)one).Log, view: View);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal(Continuation.GiveUp, Conversation.Of<SkinnyAnalyser>([Said.Client(0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0)], View).Outcome);
    }

    [Fact]
    public void Captures_give_their_sessions() => Golden.Hold("skinny", Conversation.Render(CaptureRows<SkinnySession>.Of("captures/ndpi/skinny.pcap")));

    [Theory]
    [InlineData("\u0004\0\0\0\0\0\0\0\0\0\0\0", Match.Yes)]
    [InlineData("\u0004\0\0", Match.NeedMore)]
    [InlineData("\u0004\0\0\0\0\0\0\u0001\0\0\0\0", Match.No)]
    public void Look_alikes_are_not_taken(string text, object match) =>
        Assert.Equal(match, SkinnyAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ClientPort = 40000, ServerPort = 2000, FromStart = true }));

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "skinny" && seed.Name == name).Bytes;
}
