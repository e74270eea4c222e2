using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Jetdirect;

namespace Wardkeeper.Sensor.Tests.Protocols.Jetdirect;

public sealed class JetdirectAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("\u001b%-12345X@PJL JOB NAME=\"Patient Zhang San\"\r\n@PJL SET USERNAME=\"nurse\"\r\n@PJL INFO ID\r\n"),
        Said.Server("@PJL INFO ID\r\n\"HP LaserJet 4100 MFP\"\r\n\f"),
        Said.Client("@PJL INFO CONFIG\r\n"),
        Said.Server("@PJL INFO CONFIG\r\nIN TRAYS [1 ENUMERATED]\r\nSERIALNUMBER=\"CNB1\"\r\n\f"),
        Said.Client("@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%!PS-Adobe-3.0\npage of Zhang\n@PJL SET USERNAME=x\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<JetdirectAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Model, Value: "HP LaserJet 4100 MFP" });
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.SerialNumber, Value: "CNB1" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<JetdirectAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<JetdirectAnalyser>(Session, one => ((PrintJob)one).Log);

    [Fact]
    public void Endless_lines_are_a_fault() => Assert.Contains(JetdirectFaults.TooManyLines, Conversation.Of<JetdirectAnalyser>([Said.Client(string.Concat(Enumerable.Repeat("@PJL\n", 600)))]).Faults);

    [Theory]
    [InlineData("\u001b%-12345X@PJL", 9101, Match.Yes)]
    [InlineData("\u001b%-1", 9101, Match.NeedMore)]
    [InlineData("%!PS-Adobe-3.0", 9100, Match.Yes)]
    [InlineData("@RSYNCD: 30", 873, Match.No)]
    [InlineData("\u001bE\u001b&l", 9100, Match.Yes)]
    [InlineData("\u001bE\u001b&l", 9101, Match.No)]
    public void Jobs_are_known(string text, int port, object match) =>
        Assert.Equal(match, JetdirectAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(text), ServerPort = (ushort)port, FromStart = true }));
}
