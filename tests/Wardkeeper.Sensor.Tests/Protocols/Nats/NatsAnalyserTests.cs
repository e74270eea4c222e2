using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Nats;

namespace Wardkeeper.Sensor.Tests.Protocols.Nats;

public sealed class NatsAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("INFO {\"server_id\":\"NDX\",\"server_name\":\"bus-1\",\"version\":\"2.10.4\",\"go\":\"go1.21\",\"host\":\"0.0.0.0\",\"port\":4222,\"auth_required\":true,\"max_payload\":1048576} \r\n"),
        Said.Client("CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\"ward\",\"pass\":\"secret\",\"lang\":\"go\",\"version\":\"1.31.0\",\"name\":\"monitor-gw\"}\r\nPING\r\n"),
        Said.Server("PONG\r\n"),
        Said.Client("SUB ward.patient.4711.> readers 1\r\nPUB ward.alarm 5\r\nhe\nlo\r\nHPUB ward.alarm reply.1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"),
        Said.Server("MSG ward.alarm 1 5\r\nhello\r\n-ERR 'Permissions Violation'\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<NatsAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "NATS 2.10.4" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<NatsAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<NatsAnalyser>(Session, one => one.Log);

    [Fact]
    public void Demanded_encryption_hands_over()
    {
        Conversation played = Conversation.Of<NatsAnalyser>([Said.Server("INFO {\"server_id\":\"N\",\"version\":\"2.9\",\"tls_required\":true}\r\n"), Said.Client(0x16, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.True(Assert.IsType<NatsConnection>(Assert.Single(played.Transactions)).IsTlsRequired);
    }

    [Fact]
    public void What_cannot_be_is_a_fault()
    {
        Assert.Equal([NatsFaults.BadLength], Conversation.Of<NatsAnalyser>([Said.Client("PUB a -3\r\n")]).Faults);
        Assert.Equal([NatsFaults.LineTooLong], Conversation.Of<NatsAnalyser>([Said.Client(new string('x', 40000))]).Faults);
    }

    [Theory]
    [InlineData("", "INFO {\"server_id\":\"a\"", 4000, Match.Yes)]
    [InlineData("", "INFO {\"x\":1", 4222, Match.NeedMore)]
    [InlineData("CONNECT {\"verbose\":false", "", 4000, Match.Yes)]
    [InlineData("CONNECT host:443 HTTP/1.1\r\n", "", 4222, Match.No)]
    [InlineData("PUB a.b 5\r\n", "", 4222, Match.Yes)]
    [InlineData("PUB a.b x\r\n", "", 4222, Match.No)]
    public void Lines_are_recognised(string client, string server, ushort port, object match) =>
        Assert.Equal(match, NatsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), ServerPort = port }));
}
