using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Stomp;

namespace Wardkeeper.Sensor.Tests.Protocols.Stomp;

public sealed class StompAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("CONNECT\naccept-version:1.2\nhost:ward\nlogin:gw\npasscode:secret\n\n\0"),
        Said.Server("CONNECTED\nversion:1.2\nserver:ActiveMQ/5.18.2\n\n\0\n"),
        Said.Client("SUBSCRIBE\r\nid:0\r\ndestination:/queue/alarms\r\n\r\n\0SEND\ndestination:patient.4711.pulse\ncontent-type:application/json\ncontent-length:9\n\n{\"a\":\0\0}}\0"),
        Said.Server("\nMESSAGE\ndestination:/queue/alarms\nmessage-id:1\n\nfree text of patient Zhang\0ERROR\nmessage:no\n\ndetail\0"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<StompAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        foreach (string hidden in (string[])["secret", "4711", "Zhang"]) Assert.DoesNotContain(hidden, all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "ActiveMQ/5.18.2" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<StompAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<StompAnalyser>(Session, one => ((StompFrame)one).Command);

    [Theory]
    [InlineData("CONNECT\naccept-version:1.2\n", Match.Yes)]
    [InlineData("CONNECT\n", Match.NeedMore)]
    [InlineData("CONNECT host:80 HTTP/1.1\r\n", Match.No)]
    [InlineData("STOMP\nhost:a\n", Match.Yes)]
    [InlineData("CONNECT\nnothing\n", Match.No)]
    public void Frames_are_recognised(string client, object match) =>
        Assert.Equal(match, StompAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    [Fact]
    public void What_cannot_be_is_a_fault() =>
        Assert.Equal([StompFaults.BadHead], Conversation.Of<StompAnalyser>([Said.Client("CONNECT\n\n\0garbage\n\n")]).Faults);
}
