using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Lpd;

namespace Wardkeeper.Sensor.Tests.Protocols.Lpd;

public sealed class LpdAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("\u0002lp\n"),
        Said.Server("\0"),
        Said.Client("\u000248 cfA001ward3\n"),
        Said.Server("\0"),
        Said.Client("Hward3\nPnurse\nJpatient Zhang\nldfA001ward3\nNa.ps\n\0"),
        Said.Server("\0"),
        Said.Client("\u00034 dfA001ward3\npage\0"),
        Said.Server("\0"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<LpdAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.HostName, Value: "ward3" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<LpdAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<LpdAnalyser>(Session, one => ((LpdCommand)one).Log);

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal([LpdFaults.NoCommand], Conversation.Of<LpdAnalyser>([Said.Client("nonsense\n")]).Faults);

    [Theory]
    [InlineData("\u0002lp\n", 515, Match.Yes)]
    [InlineData("\u0002lp\n", 516, Match.No)]
    [InlineData("\u0002l", 515, Match.NeedMore)]
    [InlineData("\u0002\u0001\n", 515, Match.No)]
    public void Commands_are_known(string text, int port, object match) =>
        Assert.Equal(match, LpdAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ServerPort = (ushort)port, FromStart = true }));
}
