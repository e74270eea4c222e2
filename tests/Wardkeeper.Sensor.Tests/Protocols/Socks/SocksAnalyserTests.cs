using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Socks;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Socks;

public sealed class SocksAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(5, 2, 0, 2),
        Said.Server(5, 2),
        Said.Client("\u0001\u0003bob\u0006secret"),
        Said.Server(1, 0),
        Said.Client("\u0005\u0001\0\u0003\u0009pacs.ward\0\u0068"),
        Said.Server(5, 0, 0, 1, 10, 0, 0, 9, 4, 210),
    ];

    [Fact]
    public void Session_is_reported_and_handed_over()
    {
        Conversation played = Conversation.Of<SocksAnalyser>(Session);
        Assert.Empty(played.Faults);
        Assert.Equal(Continuation.HandOver, played.Outcome);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SocksAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SocksAnalyser>(Session, one => one.Log);

    [Fact]
    public void Version_four_names_its_user_and_its_aim()
    {
        List<Said> said = [Said.Client("\u0004\u0001\0P\0\0\0\u0001ward\0pacs.example\0"), Said.Server(0, 0x5B, 0, 0, 0, 0, 0, 0)];
        SocksRequest row = Assert.IsType<SocksRequest>(Assert.Single(Conversation.Of<SocksAnalyser>(said).Transactions));
        Assert.Equal(("ward", "pacs.example", 80, "request rejected or failed"), (row.User, row.RequestName, row.RequestPort, row.Status));
        Splits.HoldFor<SocksAnalyser>(said);
    }

    [Theory]
    [InlineData("captures/zeek/socks.pcap")]
    [InlineData("captures/zeek/socks-auth.pcap")]
    [InlineData("captures/zeek/socks-auth-10080.pcap")]
    [InlineData("captures/arkime/socks-http-example.pcap")]
    [InlineData("captures/arkime/socks-http-pass.pcap")]
    [InlineData("captures/arkime/socks5-http-302-frag.pcap")]
    [InlineData("captures/arkime/socks5-rdp.pcap")]
    [InlineData("captures/ja4/socks-https-example.pcap")]
    [InlineData("captures/ndpi/shadowsocks.pcap")]
    public void Captures_give_their_requests_and_what_they_carry(string capture) =>
        Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[1..]), Conversation.Render(CaptureRows<Transaction>.Of(capture).Where(row => row.Log is "socks" or "http" or "rdp")));

    [Theory]
    [InlineData("\u0005\u0001\0", "\u0005\0", 4000, Match.Yes)]
    [InlineData("\u0005\u0001\0", "", 1080, Match.Yes)]
    [InlineData("\u0005\u0001\0", "", 4000, Match.NeedMore)]
    [InlineData("\u0005\0\u000B\u0003", "", 135, Match.No)]
    [InlineData("\u0005\u0002\0\0", "", 1080, Match.No)]
    [InlineData("\u0004\u0001\0P\u000A\0\0\u0001bob\0", "\0Z\0\0\0\0\0\0", 4000, Match.Yes)]
    [InlineData("\u0004\u0001\0P\u000A\0\0\u0001bob\0", "", 1080, Match.Yes)]
    [InlineData("\u0004\u0003\0P", "", 1080, Match.No)]
    [InlineData("\u0004\u0001\0P\0\0\0\u0001\0x", "", 1080, Match.NeedMore)]
    public void Requests_are_recognised(string client, string server, ushort port, object match) =>
        Assert.Equal(match, SocksAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), ServerPort = port, FromStart = true }));

    [Fact]
    public void What_cannot_come_is_a_fault() =>
        Assert.Equal([SocksFaults.Unexpected], Conversation.Of<SocksAnalyser>([Said.Client(5, 1, 0), Said.Server(4, 0)]).Faults);
}
