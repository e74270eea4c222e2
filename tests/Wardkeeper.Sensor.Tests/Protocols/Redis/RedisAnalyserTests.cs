using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Redis;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Redis;

public sealed class RedisAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"),
        Said.Server("+OK\r\n"),
        Said.Client("*3\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$3\r\ndir\r\n"),
        Said.Server("-ERR wrong number of arguments\r\n"),
        Said.Client("*3\r\n$3\r\nset\r\n$9\r\npatient:1\r\n$5\r\nZhang\r\n*2\r\n$3\r\nGET\r\n$9\r\npatient:1\r\n"),
        Said.Server("+OK\r\n$5\r\nZhang\r\n"),
        Said.Client("*3\r\n$6\r\nLRANGE\r\n$1\r\na\r\n$1\r\n0\r\n"),
        Said.Server("*3\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n$-1\r\n"),
        Said.Client("*1\r\n$4\r\nPING\r\n"),
        Said.Server("-NOAUTH Authentication required.\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RedisAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RedisAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RedisAnalyser>(Session, one => ((RedisCommand)one).CmdName);

    [Theory]
    [InlineData("captures/lab/databases.pcap")]
    [InlineData("captures/zeek/redis/auth.pcap")]
    [InlineData("captures/zeek/redis/stream.pcap")]
    [InlineData("captures/zeek/redis/django-cloud.pcapng")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RedisCommand>.Of(capture)));

    [Theory]
    [InlineData("*1\r\n$4\r\n12ab", Match.No)]
    [InlineData("*1\r\n$400\r\n", Match.No)]
    [InlineData("*x", Match.No)]
    [InlineData("*1\r\n$4\r\nPI", Match.NeedMore)]
    [InlineData("*1", Match.NeedMore)]
    [InlineData("*12\r\n$3\r\nSET", Match.Yes)]
    public void Commands_are_recognised(string client, object match) =>
        Assert.Equal(match, RedisAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    [Theory]
    [InlineData("PING\r\n", "+PONG\r\n", Match.Yes)]
    [InlineData("config get dir\r\n", "*2\r\n$3\r\n", Match.Yes)]
    [InlineData("INFO\r\n", "-NOAUTH Authentication required.\r\n", Match.Yes)]
    [InlineData("GET a\r\n", "$-1\r\n", Match.Yes)]
    [InlineData("KEY", "", Match.NeedMore)]
    [InlineData("PING\r\n", "", Match.NeedMore)]
    [InlineData("PING\r\n", "PONG\r\n", Match.No)]
    [InlineData("get a\r\n", "VALUE a 0 1\r\n", Match.No)]
    [InlineData("GET / HTTP/1.0\r\n", "HTTP/1.0 200 OK\r\n", Match.No)]
    [InlineData("AUTH secret\r\n", "+OK\r\n", Match.No)]
    [InlineData("PINGS\r\n", "+PONG\r\n", Match.No)]
    public void Words_in_a_line_are_recognised_with_their_reply(string client, string server, object match) =>
        Assert.Equal(match, RedisAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), ServerPort = 7000, FromStart = true }));

    [Fact]
    public void Words_in_a_line_are_read()
    {
        RedisCommand[] rows = [.. Conversation.Of<RedisAnalyser>([Said.Client("PING\r\n"), Said.Server("+PONG\r\n"), Said.Client("auth secret\r\nKEYS *\r\n"), Said.Server("+OK\r\n*0\r\n")]).Transactions.Cast<RedisCommand>()];
        Assert.Equal([("PING", 0, "status"), ("AUTH", 1, "status"), ("KEYS", 1, "array")], rows.Select(row => (row.CmdName, row.Arguments, row.Reply!)));
    }

    [Fact]
    public void Endless_lines_and_nesting_are_faults()
    {
        Assert.Equal([RedisFaults.BeyondLimits], Conversation.Of<RedisAnalyser>([Said.Client(new string('x', 600))]).Faults);
        Assert.Equal([RedisFaults.BeyondLimits], Conversation.Of<RedisAnalyser>([Said.Client(string.Concat(Enumerable.Repeat("*2\r\n", 40)))]).Faults);
    }
}
