using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Imap;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Imap;

public sealed class ImapAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("* OK [CAPABILITY IMAP4rev1 LITERAL+] Dovecot (Ubuntu) ready.\r\n"),
        Said.Client("a1 ID (\"name\" \"Thunderbird\" \"version\" \"115.1\")\r\n"),
        Said.Server("* ID (\"name\" \"Dovecot\")\r\na1 OK ID completed.\r\n"),
        Said.Client("a2 LOGIN {5}\r\nnurse {6}\r\nsecret\r\n"),
        Said.Server("+ OK\r\n+ OK\r\na2 OK Logged in\r\n"),
        Said.Client("a3 LOGIN \"doc\" \"sec\\\"ret\"\r\n"),
        Said.Server("a3 NO failed\r\n"),
        Said.Client("a4 SELECT \"Inbox/Sub\"\r\na5 UID FETCH 1 (BODY[])\r\n"),
        Said.Server("* 2 EXISTS\r\na4 OK [READ-WRITE] Select completed\r\n* 1 FETCH (UID 1 BODY[] {91}\r\nFrom: a@b\r\nSubject: MRN 4711\r\nContent-Type: application/zip; name=\"a.zip\"\r\n\r\nPK\u0003\u0004 a OK b\r\n)\r\na5 OK Fetch completed\r\n"),
        Said.Client("a6 AUTHENTICATE PLAIN\r\n"),
        Said.Server("+ \r\n"),
        Said.Client("AHVzZXIAc2VjcmV0\r\n"),
        Said.Server("a6 OK done\r\n"),
        Said.Client("a7 LOGOUT\r\n"),
        Said.Server("* BYE Logging out\r\na7 OK Logout completed.\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<ImapAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.UserAgent, Value: "Thunderbird 115.1" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<ImapAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<ImapAnalyser>(Session, one => one is ImapCommand asked ? asked.Command : one.Log);

    [Fact]
    public void Behind_starttls_the_stream_is_tls()
    {
        Conversation played = Conversation.Of<ImapAnalyser>([Said.Server("* OK IMAP4\r\n"), Said.Client("1 STARTTLS\r\n"), Said.Server("1 OK go\r\n"), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.Equal([ImapFaults.NoTag], Conversation.Of<ImapAnalyser>([Said.Server("\u0001\r\n")]).Faults);
        Assert.Equal([ImapFaults.LiteralTooLong], Conversation.Of<ImapAnalyser>([Said.Server("* 1 FETCH {99999999999}\r\n")]).Faults);
    }

    [Fact]
    public void Captures_give_their_commands() => Golden.Hold("imap", Conversation.Render(CaptureRows<ImapCommand>.Of("captures/ndpi/imap.pcap").Take(30)));

    [Theory]
    [InlineData("* OK IMAP4rev1 ready\r\n", "", Match.Yes)]
    [InlineData("* OK ready\r\n", "", Match.NeedMore)]
    [InlineData("* OK ready\r\n", "1 CAPABILITY\r\n", Match.Yes)]
    [InlineData("", "GET / HTTP/1.0\r\n", Match.No)]
    [InlineData("", "a1 LOGIN a b\r\n", Match.Yes)]
    public void Greeting_and_command_make_it_known(string server, string client, object match) =>
        Assert.Equal(match, ImapAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(client), Server = Encoding.ASCII.GetBytes(server), ServerPort = 143, FromStart = true }));
}
