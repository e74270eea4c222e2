using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.H323;

namespace Wardkeeper.Sensor.Tests.Protocols.H323;

public sealed class H245AnalyserTests
{
    // Made by hand; tshark reads the same channels and addresses in them.
    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("h245", "determination")),
        Said.Client(Convert.FromHexString("03000010030000640c20138003000001")),
        Said.Server(Convert.FromHexString("0300001b22c000640480101c00000a0004094000000a0004094001")),
        Said.Client(Convert.FromHexString("030000090400006400")),
    ];

    [Fact]
    public void Channels_are_reported_and_their_media_announced()
    {
        Conversation played = Conversation.Of<H245Analyser>(Session);
        Golden.Hold("h245", played.Lines);
        Assert.Empty(played.Faults);
        Address other = Address.FromV4(0x0A000409);
        Assert.Equal([new ExpectedFlow(other, 16384, Carrier.Udp, "rtp"), new ExpectedFlow(other, 16385, Carrier.Udp, null)], played.Expected);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<H245Analyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<H245Analyser>(Session, one => ((H245Channel)one).Kind);

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal(Continuation.GiveUp, Conversation.Of<H245Analyser>([Said.Client(4, 0, 0, 8)]).Outcome);

    [Theory]
    [InlineData("03000011027001060008817500", (int)Match.Yes)]
    [InlineData("0300001102700106000881", (int)Match.NeedMore)]
    [InlineData("030000110270010600088174000580", (int)Match.No)]
    [InlineData("0300001611e00000001400c1020100c2020102", (int)Match.No)]
    [InlineData("0300002008020001050401", (int)Match.No)]
    public void Look_alikes_are_not_taken(string bytes, int match) => Assert.Equal((Match)match, H245Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(bytes) }));
}
