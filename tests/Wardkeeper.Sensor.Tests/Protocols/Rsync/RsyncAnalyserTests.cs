using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rsync;

namespace Wardkeeper.Sensor.Tests.Protocols.Rsync;

public sealed class RsyncAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("@RSYNCD: 31.0\n"),
        Said.Client("@RSYNCD: 30.0\nfirmware\n"),
        Said.Server("Welcome\n@RSYNCD: AUTHREQD x/y\n"),
        Said.Client("backup secretresponse\n"),
        Said.Server("@RSYNCD: OK\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RsyncAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Equal(Continuation.Done, played.Outcome);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RsyncAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RsyncAnalyser>(Session, one => ((RsyncSession)one).Log);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([RsyncFaults.NoGreeting], Conversation.Of<RsyncAnalyser>([Said.Server("@RSYNCD: 31.0\n"), Said.Client("GET\n")]).Faults);
        RsyncSession listed = Assert.IsType<RsyncSession>(Assert.Single(Conversation.Of<RsyncAnalyser>([Said.Server("@RSYNCD: 31.0\n"), Said.Client("@RSYNCD: 31.0\n#list\n"), Said.Server("pacs \timages\nfw\n@RSYNCD: EXIT\n")]).Transactions));
        Assert.Equal(["pacs", "fw"], listed.Modules);
        RsyncSession refused = Assert.IsType<RsyncSession>(Assert.Single(Conversation.Of<RsyncAnalyser>([Said.Server("@RSYNCD: 31.0\n"), Said.Client("@RSYNCD: 31.0\nx\n"), Said.Server("@ERROR: Unknown module 'x'\n")]).Transactions));
        Assert.Equal((false, "Unknown module 'x'"), (refused.Success, refused.Error));
    }

    [Theory]
    [InlineData("@RSYNCD: 31.0\n", Match.Yes)]
    [InlineData("@RSYNCD: x", Match.No)]
    [InlineData("@RS", Match.NeedMore)]
    [InlineData("@PJL INFO", Match.No)]
    public void Look_alikes_are_not_taken(string text, object match) =>
        Assert.Equal(match, RsyncAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ClientPort = 40000, ServerPort = 873, FromStart = true }));
}
