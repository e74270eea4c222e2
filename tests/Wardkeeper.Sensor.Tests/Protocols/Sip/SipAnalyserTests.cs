using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Sip;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Sip;

public sealed class SipAnalyserTests
{
    private const string Sdp = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\nc=IN IP4 10.0.0.1\r\nm=audio 40000 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000\r\n";

    private static readonly List<Said> Session =
    [
        Said.Client(Head("REGISTER sip:pbx SIP/2.0", "1 REGISTER", "User-Agent: Yealink SIP-T46S 66.84.0.15\r\nAuthorization: Digest username=\"11\", realm=\"pbx\", response=\"secret\"\r\n", "")),
        Said.Server(Head("SIP/2.0 200 OK", "1 REGISTER", "Server: Asterisk PBX 18.2\r\n", "")),
        Said.Client(Head("INVITE sip:12@pbx SIP/2.0", "2 INVITE", "Subject: call about patient Zhang San\r\nContent-Type: application/sdp\r\n", Sdp)),
        Said.Server(Head("SIP/2.0 100 Trying", "2 INVITE", "", "") + "\r\n\r\n"),
        Said.Server(Head("SIP/2.0 200 OK", "2 INVITE", "c: application/sdp\r\n", Sdp.Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal))),
        Said.Client(Head("ACK sip:12@pbx SIP/2.0", "2 ACK", "", "")),
        Said.Server(Head("BYE sip:11@10.0.0.1 SIP/2.0", "3 BYE", "", "")),
        Said.Client(Head("SIP/2.0 200 OK", "3 BYE", "", "")),
        Said.Client(Head("OPTIONS sip:pbx SIP/2.0", "4 OPTIONS", "", "")),
    ];

    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 5060, 5060);

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SipAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Equal(played.Lines, Conversation.Of<SipAnalyser>(Session, Udp).Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Equal(["10.0.0.1 40000 rtp", "10.0.0.1 40001 rtcp", "10.0.0.2 40000 rtp", "10.0.0.2 40001 rtcp"], played.Expected.Select(one => $"{one.Server} {one.Port} {one.Protocol}"));
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "Asterisk PBX 18.2" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SipAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SipAnalyser>(Session, one => ((SipExchange)one).Seq!);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([SipFaults.StartLine], Conversation.Of<SipAnalyser>([Said.Client("INVITE a\r\n\r\n")], Udp).Faults);
        Assert.Equal([SipFaults.ContentLength], Conversation.Of<SipAnalyser>([Said.Client("BYE a SIP/2.0\r\nContent-Length: x\r\n\r\n")], Udp).Faults);
        Assert.Equal([SipFaults.TooLong], Conversation.Of<SipAnalyser>([Said.Client("BYE a SIP/2.0\r\n" + new string('x', 17000))]).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/sip/wireshark.pcap")]
    [InlineData("captures/ivre/nb6-telephone.pcap")]
    [InlineData("captures/suricata-verify/sip-tcp-method/sip-tcp.pcap")]
    [InlineData("captures/suricata-verify/sip-compact-form/sip_compact_form.pcap")]
    public void Captures_give_their_calls(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<SipExchange>.Of(capture).Take(25)));

    [Theory]
    [InlineData("INVITE sip:a@b SIP/2.0\r\n", Match.Yes)]
    [InlineData("SIP/2.0 200 OK\r\n", Match.YesReversed)]
    [InlineData("OPTIONS * HTTP/1.1\r\n", Match.No)]
    [InlineData("OPTIONS rtsp://a RTSP/1.0\r\n", Match.No)]
    [InlineData("INVI", Match.NeedMore)]
    public void Start_lines_make_it_known(string text, object match) =>
        Assert.Equal(match, SipAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(text), FromStart = true }));

    private static string Head(string line, string seq, string more, string body) =>
        $"{line}\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9\r\nFrom: \"Ward 3\" <sip:11@pbx>;tag=1\r\nTo: <sip:12@pbx>\r\nCall-ID: 1@10.0.0.1\r\nCSeq: {seq}\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}";
}
