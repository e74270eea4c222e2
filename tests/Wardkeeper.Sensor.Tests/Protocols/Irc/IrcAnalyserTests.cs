using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Irc;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Irc;

public sealed class IrcAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("PASS secret\r\nNICK bot7\r\nUSER svc 0 * :Real Name\r\n"),
        Said.Server(":irc.example.org 001 bot7 :Welcome\r\n:irc.example.org 004 bot7 irc.example.org ircd-seven-1.1.3 abc def\r\n"),
        Said.Client("JOIN #a,#b key\r\nPRIVMSG #a :hello patient Zhang\r\n"),
        Said.Server(":x!y@z PRIVMSG bot7 :.advscan\r\n"),
        Said.Client("PRIVMSG bob :\u0001DCC SEND \"my file.exe\" 167772170 5555 1200\u0001\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<IrcAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Equal(new ExpectedFlow(Address.FromV4(0x0A00000A), 5555, Carrier.Tcp, null), Assert.Single(played.Expected));
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "ircd-seven-1.1.3" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<IrcAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<IrcAnalyser>(Session, one => ((IrcCommand)one).Command);

    [Fact]
    public void Encryption_hands_over()
    {
        Conversation played = Conversation.Of<IrcAnalyser>([Said.Client("STARTTLS\r\n"), Said.Server(":irc.joulunet.org 670  :STARTTLS successful\r\n")]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
    }

    [Theory]
    [InlineData("captures/ndpi/irc.pcap")]
    [InlineData("captures/suricata-verify/irc/input.pcap")]
    [InlineData("captures/arkime/irc-cap-req.pcap")]
    [InlineData("captures/zeek/irc-dcc-first-command.pcap")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[1..]), Conversation.Render(CaptureRows<IrcCommand>.Of(capture).Take(40)));

    [Theory]
    [InlineData("NICK bot\r\n", "", Match.Yes)]
    [InlineData("USER a b c :d e\r\n", "", Match.Yes)]
    [InlineData("USER anonymous\r\n", "", Match.No)]
    [InlineData("PASS x\r\n", "", Match.NeedMore)]
    [InlineData("PASS x\r\nNICK y\r\n", "", Match.Yes)]
    [InlineData("STARTTLS\r\n", ":irc.joulunet.org 670  :go", Match.Yes)]
    [InlineData("STARTTLS\r\n", "220 ready\r\n", Match.No)]
    [InlineData("", ":irc.example.org NOTICE * :hi", Match.Yes)]
    [InlineData("NICK a b c d\r\n", "", Match.No)]
    public void Lines_are_recognised(string client, string server, object match) =>
        Assert.Equal(match, IrcAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), FromStart = true }));

    [Fact]
    public void Endless_lines_are_faults() => Assert.Equal([IrcFaults.LineTooLong], Conversation.Of<IrcAnalyser>([Said.Client(new string('x', 9000))]).Faults);
}
