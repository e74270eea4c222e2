using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rtsp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Rtsp;

public sealed class RtspAnalyserTests
{
    private const string Sdp = "v=0\r\na=tool:live555\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 0\r\n";

    private static readonly List<Said> Session =
    [
        Said.Client("OPTIONS rtsp://10.0.0.2/ch1 RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: LibVLC/3.0.18\r\n\r\n"),
        Said.Server("RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hipcam RealServer/V1.0\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"),
        Said.Client("DESCRIBE rtsp://10.0.0.2/ch1 RTSP/1.0\r\nCSeq: 2\r\n\r\n"),
        Said.Server("RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm=\"IP Camera(C1234)\", nonce=\"1\"\r\n\r\n"),
        Said.Client("DESCRIBE rtsp://10.0.0.2/ch1 RTSP/1.0\r\nCSeq: 3\r\nAuthorization: Basic YWRtaW46c2VjcmV0\r\n\r\n"),
        Said.Server($"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Type: application/sdp\r\nContent-Length: {Sdp.Length}\r\n\r\n{Sdp}"),
        Said.Client("SETUP rtsp://10.0.0.2/ch1/track1 RTSP/1.0\r\nCSeq: 4\r\nTransport: RTP/AVP;unicast;client_port=50000-50001\r\n\r\n"),
        Said.Server("RTSP/1.0 200 OK\r\nCSeq: 4\r\nTransport: RTP/AVP;unicast;client_port=50000-50001;server_port=6970-6971\r\n\r\n"),
        Said.Client("PLAY rtsp://10.0.0.2/ch1 RTSP/1.0\r\nCSeq: 5\r\n\r\n"),
        Said.Server("$\0\0\u0004abcdRTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n$\u0001\0\u0002xy"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RtspAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Equal(["50000 rtp", "50001 rtcp", "6970 rtp", "6971 rtcp"], played.Expected.Select(one => $"{one.Port} {one.Protocol}"));
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Description, Value: "IP Camera(C1234)" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RtspAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RtspAnalyser>(Session, one => ((RtspExchange)one).Method is null or "OPTIONS" or "DESCRIBE" or "SETUP" or "PLAY" ? "" : "?");

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal(Continuation.GiveUp, Conversation.Of<RtspAnalyser>([Said.Client("GET / HTTP/1.0\r\n\r\n")]).Outcome);
        Assert.Equal(Continuation.GiveUp, Conversation.Of<RtspAnalyser>([Said.Client("PLAY a RTSP/1.0\r\n" + new string('x', 17000))]).Outcome);
    }

    [Fact]
    public void Captures_give_their_requests() => Golden.Hold("lab", Conversation.Render(CaptureRows<RtspExchange>.Of("captures/lab/rtsp.pcap").Take(30)));

    [Theory]
    [InlineData("OPTIONS rtsp://a RTSP/1.0\r\n", Match.Yes)]
    [InlineData("RTSP/1.0 200 OK\r\n", Match.YesReversed)]
    [InlineData("OPTIONS * HTTP/1.1\r\n", Match.No)]
    [InlineData("OPTIONS sip:a SIP/2.0\r\n", Match.No)]
    [InlineData("DESCR", Match.NeedMore)]
    public void Start_lines_make_it_known(string text, object match) =>
        Assert.Equal(match, RtspAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(text), FromStart = true }));
}
