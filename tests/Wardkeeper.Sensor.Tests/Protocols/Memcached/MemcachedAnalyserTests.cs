using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Memcached;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Memcached;

public sealed class MemcachedAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client("set patient:1 0 60 7\r\nZhang\r\n\r\nget patient:1 patient:2\r\n"),
        Said.Server("STORED\r\nVALUE patient:1 0 7\r\nZhang\r\n\r\nEND\r\n"),
        Said.Client("version\r\n"),
        Said.Server("VERSION 1.6.21\r\n"),
        Said.Client("incr count 1\r\ndelete count noreply\r\nbogus\r\n"),
        Said.Server("5\r\nERROR\r\n"),
        Said.Client("mg patient:1 v\r\n"),
        Said.Server("VA 2\r\nhi\r\n"),
        Said.Client("stats\r\n"),
        Said.Server("STAT pid 1\r\nSTAT version 1.6.21\r\nEND\r\n"),
    ];

    private static readonly List<Said> Binary =
    [
        Said.Client([.. Head(0x80, 1, 3, 8, 14, 0, 7), .. new byte[8], .. "keyval"u8, .. Head(0x80, 0, 3, 0, 3, 0, 8), .. "key"u8]),
        Said.Server([.. Head(0x81, 1, 0, 0, 0, 0, 7), .. Head(0x81, 0, 0, 4, 9, 0, 8), 0, 0, 0, 0, .. "value"u8]),
        Said.Client(Head(0x80, 0x0B, 0, 0, 0, 0, 9)),
        Said.Server([.. Head(0x81, 0x0B, 0, 0, 6, 0, 9), .. "1.4.15"u8]),
        Said.Client([.. Head(0x80, 4, 1, 0, 1, 0, 10), 1]),
        Said.Server([.. Head(0x81, 4, 0, 0, 9, 1, 10), .. "Not found"u8]),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<MemcachedAnalyser>(Session), binary = Conversation.Of<MemcachedAnalyser>(Binary);
        Assert.Empty(played.Faults);
        Assert.Empty(binary.Faults);
        Golden.Hold("session", played.Lines);
        Golden.Hold("binary", binary.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "memcached 1.6.21" });
    }

    [Fact]
    public void Cuts_change_nothing()
    {
        Splits.HoldFor<MemcachedAnalyser>(Session);
        Splits.HoldFor<MemcachedAnalyser>(Binary);
    }

    [Fact]
    public void Losses_invent_nothing()
    {
        Splits.SurviveGapsFor<MemcachedAnalyser>(Session, one => ((MemcachedCommand)one).Command);
        Splits.SurviveGapsFor<MemcachedAnalyser>(Binary, one => ((MemcachedCommand)one).Command);
    }

    [Fact]
    public void Datagrams_have_a_header_of_their_own()
    {
        Conversation played = Conversation.Of<MemcachedAnalyser>([Said.Client("\0\u0001\0\0\0\u0001\0\0stats\r\n"), Said.Server("\0\u0001\0\0\0\u0002\0\0STAT version 1.5.0\r\nEND\r\n"), Said.Server("\0\u0001\0\u0001\0\u0002\0\0more")], Conversation.View(Carrier.Udp, serverPort: 11211));
        Assert.Equal("1.5.0", Assert.IsType<MemcachedCommand>(Assert.Single(played.Transactions)).Version);
    }

    [Fact]
    public void Capture_gives_its_command() => Golden.Hold("ndpi-memcached", Conversation.Render(CaptureRows<MemcachedCommand>.Of("captures/ndpi/memcached.cap")));

    [Theory]
    [InlineData("set k 0 0 5\r\n", "", 4000, Match.Yes)]
    [InlineData("set k 0 0 x\r\n", "", 11211, Match.No)]
    [InlineData("get k\r\n", "", 11211, Match.Yes)]
    [InlineData("get k\r\n", "END\r\n", 4000, Match.Yes)]
    [InlineData("get k\r\n", "", 4000, Match.NeedMore)]
    [InlineData("version\r\n", "220 ready", 4000, Match.No)]
    [InlineData("get", "", 11211, Match.NeedMore)]
    [InlineData("GET / HTTP/1.1\r\n", "", 11211, Match.No)]
    [InlineData("\u0080\u0001\0\u0003\u0008\0\0\0\0\0\0\u0010\0\0\0\0\0\0\0\0\0\0\0\0", "", 4000, Match.Yes)]
    [InlineData("\u0080\u002E\u0001\u0003\u0001", "", 443, Match.No)]
    public void Commands_are_recognised(string client, string server, ushort port, object match) =>
        Assert.Equal(match, MemcachedAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), ServerPort = port, FromStart = true }));

    [Fact]
    public void What_cannot_be_is_a_fault()
    {
        Assert.Equal([MemcachedFaults.BadLength], Conversation.Of<MemcachedAnalyser>([Said.Client("set k 0 0 -1\r\n")]).Faults);
        Assert.Equal([MemcachedFaults.LineTooLong], Conversation.Of<MemcachedAnalyser>([Said.Client("get " + new string('x', 9000))]).Faults);
        Assert.Equal([MemcachedFaults.MalformedHeader], Conversation.Of<MemcachedAnalyser>([Said.Client(Head(0x80, 0, 300, 0, 0, 0, 1))]).Faults);
    }

    private static byte[] Head(byte magic, byte operation, int key, byte extras, int body, byte status, byte opaque) =>
        [magic, operation, (byte)(key >> 8), (byte)key, extras, 0, 0, status, 0, 0, (byte)(body >> 8), (byte)body, 0, 0, 0, opaque, .. new byte[8]];
}
