using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Pop3;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Pop3;

public sealed class Pop3AnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("+OK Dovecot ready.\r\n"),
        Said.Client("CAPA\r\n"),
        Said.Server("+OK\r\nTOP\r\nIMPLEMENTATION Dovecot 2.3.4\r\n.\r\n"),
        Said.Client("USER nurse\r\n"),
        Said.Server("+OK\r\n"),
        Said.Client("PASS secret\r\n"),
        Said.Server("+OK Logged in.\r\n"),
        Said.Client("LIST\r\n"),
        Said.Server("+OK 1 messages:\r\n1 100\r\n.\r\n"),
        Said.Client("RETR 1\r\n"),
        Said.Server("+OK 100 octets\r\nFrom: a@b\r\nSubject: Patient Li Si\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%PDF-1.4=0A=\r\nrest\r\n..\r\n.\r\n"),
        Said.Client("DELE 9\r\n"),
        Said.Server("-ERR no such message\r\n"),
        Said.Client("QUIT\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<Pop3Analyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Li Si", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "Dovecot 2.3.4" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<Pop3Analyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<Pop3Analyser>(Session, one => one is Pop3Command asked ? asked.Command : one.Log);

    [Fact]
    public void Behind_stls_the_stream_is_tls()
    {
        Conversation played = Conversation.Of<Pop3Analyser>([Said.Server("+OK\r\n"), Said.Client("STLS\r\n"), Said.Server("+OK go\r\n"), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.Equal([Pop3Faults.NoStatus], Conversation.Of<Pop3Analyser>([Said.Server("HTTP/1.0\r\n")]).Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/pop3.pcap")]
    [InlineData("captures/ndpi/pop3_stls.pcap")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<Pop3Command>.Of(capture).Take(30)));

    [Theory]
    [InlineData("+OK POP3 ready\r\n", "", Match.Yes)]
    [InlineData("+OK\r\n", "", Match.NeedMore)]
    [InlineData("+OK ready\r\n", "CAPA\r\n", Match.Yes)]
    [InlineData("+OK\r\n", "*1\r\n$4\r\nPING\r\n", Match.No)]
    [InlineData("", "USER a\r\n", Match.NeedMore)]
    public void Greeting_and_command_make_it_known(string server, string client, object match) =>
        Assert.Equal(match, Pop3Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(client), Server = Encoding.ASCII.GetBytes(server), ServerPort = 110, FromStart = true }));
}
