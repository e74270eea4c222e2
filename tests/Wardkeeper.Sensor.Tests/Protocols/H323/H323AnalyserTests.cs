using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.H323;

namespace Wardkeeper.Sensor.Tests.Protocols.H323;

public sealed class H323AnalyserTests
{
    private static readonly List<Said> Session =
    [
        new(Side.Client, Seed("setup")),
        new(Side.Server, Seed("connect")),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<H323Analyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.FriendlyName, Value: "Ward 3" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<H323Analyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<H323Analyser>(Session, one => ((H323Message)one).Kind);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([H323Faults.NoMessage], Conversation.Of<H323Analyser>([Said.Client(3, 0, 0, 8, 9, 0, 0, 0)]).Faults);
        Assert.Equal(Continuation.GiveUp, Conversation.Of<H323Analyser>([Said.Client(4, 0, 0, 8)]).Outcome);
    }

    [Theory]
    [InlineData("\u0003\0\0\u0020\u0008\u0002\0\u0001\u0005\u0004", Match.Yes)]
    [InlineData("\u0003\0\0\u0020", Match.NeedMore)]
    [InlineData("\u0003\0\0\u0013\u000e\u00e0\0\0\0\0", Match.No)]
    [InlineData("\u0003\0\0\u0020\u0008\u0002\0\u0001\u0006\u0004", Match.No)]
    public void Look_alikes_are_not_taken(string text, object match) =>
        Assert.Equal(match, H323Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ClientPort = 40000, ServerPort = 1720, FromStart = true }));

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "h323" && seed.Name == name).Bytes;
}
