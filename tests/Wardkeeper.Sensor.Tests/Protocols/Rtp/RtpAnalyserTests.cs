using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rtp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Rtp;

public sealed class RtpAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 40002);

    [Fact]
    public void A_stream_is_counted_with_what_is_missing()
    {
        Conversation played = Conversation.Of<RtpAnalyser>([.. Enumerable.Range(0, 6).Where(i => i != 3).Select(i => new Said(Side.Client, Packet(8, 65534 + i)))], Udp);
        RtpSource row = Assert.IsType<RtpSource>(Assert.Single(played.Transactions));
        Assert.Equal(("5a3c1122", "PCMA", 5L, 800L, 1L), (row.Ssrc, row.Codec, row.Packets, row.PayloadBytes, row.Lost));
    }

    [Fact]
    public void Reports_name_their_source()
    {
        byte[] report = [.. Seeds.All().First(seed => seed is { Protocol: "rtcp", Name: "report" }).Bytes];
        Conversation played = Conversation.Of<RtcpAnalyser>([new Said(Side.Client, report)], Udp);
        RtpSource row = Assert.IsType<RtpSource>(Assert.Single(played.Transactions));
        Assert.Equal(("cam@a.test", "live", 1L), (row.Cname, row.Tool, row.Reports));
        Assert.Contains(played.Observe(Udp), one => one is Claim { Kind: ClaimKind.Software, Value: "live" });
        Assert.Equal([RtpFaults.Report], Conversation.Of<RtcpAnalyser>([Said.Client(0x80, 200, 0, 9, 0, 0, 0, 0)], Udp).Faults);
    }

    [Fact]
    public void What_does_not_go_on_is_given_back()
    {
        Conversation played = Conversation.Of<RtpAnalyser>([new Said(Side.Client, Packet(96, 1)), new Said(Side.Client, Packet(96, 9000)), new Said(Side.Client, Packet(96, 40))], Udp);
        Assert.Equal(Continuation.GiveUp, played.Outcome);
        Assert.Empty(played.Transactions);
    }

    [Theory]
    [InlineData("captures/ndpi/rtp.pcapng")]
    [InlineData("captures/ndpi/rtcp_multiple_pkts_in_the_same_datagram.pcap")]
    [InlineData("captures/ndpi/skinny.pcap")]
    [InlineData("captures/ivre/nb6-telephone.pcap")]
    public void Captures_give_their_streams(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RtpSource>.Of(capture)));

    [Fact]
    public void Look_alikes_are_not_taken()
    {
        Assert.Equal(Match.Yes, Recognise(Packet(0, 1), 40002));
        Assert.Equal(Match.No, Recognise(Packet(0, 1), 53));
        Assert.Equal(Match.No, Recognise(Packet(50, 1), 40002));
        Assert.Equal(Match.No, Recognise(Packet(0, 1)[..100], 40002));
        Assert.Equal(Match.No, Recognise([0x80, 0, .. new byte[170]], 40002));
    }

    private static Match Recognise(byte[] bytes, ushort port) => RtpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = bytes, ClientPort = 40000, ServerPort = port });

    private static byte[] Packet(byte type, int number) => [0x80, type, (byte)(number >> 8), (byte)number, 0, 0, 16, 0, 0x5A, 0x3C, 0x11, 0x22, .. new byte[160]];
}
