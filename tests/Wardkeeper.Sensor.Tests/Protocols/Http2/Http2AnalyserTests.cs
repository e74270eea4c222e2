using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Http2;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Http2;

public sealed class Http2AnalyserTests
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>The header blocks are those of RFC 7541, C.4 and C.6, with the dynamic table at work between them.</summary>
    private static readonly List<Said> Session =
    [
        Said.Client([.. Preface, .. Frame(4, 0, 0, [0, 3, 0, 0, 0, 100])]),
        Said.Server(Frame(4, 0, 0, [0, 3, 0, 0, 0, 128])),
        Said.Client(Frame(1, 5, 1, Hex("828684418cf1e3c2e5f23a6ba0ab90f4ff"))),
        Said.Server([.. Frame(1, 4, 1, Hex("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3")), .. Frame(0, 1, 1, Encoding.ASCII.GetBytes("<html><title>Ward</title></html>"))]),
        Said.Client([.. Frame(1, 1, 3, Hex("828684be58")), .. Frame(9, 4, 3, Hex("86a8eb10649cbf"))]),
        Said.Server(Frame(1, 5, 3, Hex("4883640effc1c0bf"))),
        Said.Client([.. Frame(1, 4, 5, [.. Fields((":method", "POST"), (":path", "/fhir/Patient/4711?name=Zhang"), (":authority", "fhir.ward:8080"), ("user-agent", "pump/2.1"), ("content-type", "application/fhir+json"))]), .. Frame(0, 8 + 1, 5, [2, .. Encoding.ASCII.GetBytes("{\"resourceType\":\"Device\",\"id\":\"d1\"}"), 0, 0])]),
        Said.Server([.. Frame(1, 4, 5, [.. Fields((":status", "201"), ("server", "hapi/7"), ("content-type", "application/fhir+json"))]), .. Frame(0, 1, 5, Encoding.ASCII.GetBytes("{}"))]),
        Said.Client([.. Frame(1, 4, 7, [.. Fields((":method", "POST"), (":path", "/ward.Alarms/Watch"), (":authority", "alarms"), ("user-agent", "grpc-java/1.62.2"), ("content-type", "application/grpc"))]), .. Frame(0, 1, 7, [0, 0, 0, 0, 3, 1, 2, 3])]),
        Said.Server([.. Frame(1, 4, 7, [.. Fields((":status", "200"), ("content-type", "application/grpc"))]), .. Frame(0, 0, 7, [0, 0, 0, 0, 2, 1, 2, 0, 0, 0]), .. Frame(0, 0, 7, [0, 1, 9])]),
        Said.Server(Frame(1, 5, 7, [.. Fields(("grpc-status", "14"), ("grpc-message", "no bed"))])),
        Said.Client([.. Frame(1, 5, 9, [.. Fields((":method", "GET"), (":path", "/slow"))]), .. Frame(3, 0, 9, [0, 0, 0, 8])]),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<Http2Analyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("4711", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "hapi/7" });
        GrpcCall call = Assert.Single(played.Transactions.OfType<GrpcCall>());
        Assert.Equal(("ward.Alarms", "Watch", "UNAVAILABLE", 1, 2), (call.Service, call.Method, call.Status, call.RequestMessages, call.ResponseMessages));
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<Http2Analyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<Http2Analyser>(Session, one => one.Log);

    [Theory]
    [InlineData("captures/arkime/http2-nghttp2.pcap")]
    [InlineData("captures/suricata-verify/http2-continuation/input.pcap")]
    [InlineData("captures/suricata-verify/http2-range/http2-range.pcap")]
    [InlineData("captures/suricata-verify/http2-authority-mismatch/authority_and_host_2.pcap")]
    [InlineData("captures/suricata-verify/http2-long-frame/input.pcap")]
    [InlineData("captures/ndpi/http2.pcapng")]
    public void Captures_give_their_exchanges(string capture) =>
        Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[1..]), Conversation.Render(CaptureRows<Transaction>.Of(capture).Where(row => row is HttpExchange or GrpcCall).Take(40)));

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", Match.Yes)]
    [InlineData("PRI * HTTP/2", "", Match.NeedMore)]
    [InlineData("PUT / HTTP/1.1\r\n", "", Match.No)]
    [InlineData("", "\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d", Match.Yes)]
    [InlineData("", "\0\0\u0005\u0004\0\0\0\0\0\0\u0003\0\0\0d", Match.No)]
    public void Openings_are_recognised(string client, string server, object match) =>
        Assert.Equal(match, Http2Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), FromStart = true }));

    [Fact]
    public void Wrong_blocks_and_frames_are_faults()
    {
        Assert.Equal([Http2Faults.BadHeaderBlock], Conversation.Of<Http2Analyser>([Said.Client([.. Preface, .. Frame(1, 5, 1, [0xFF, 0xFF, 0xFF])])]).Faults);
        Assert.Equal([Http2Faults.BadFrame], Conversation.Of<Http2Analyser>([Said.Client([.. Preface, 0xFF, 0xFF, 0xFF, 1, 4, 0, 0, 0, 1])]).Faults);
        Assert.Equal([Http2Faults.BadFrame], Conversation.Of<Http2Analyser>([Said.Client([.. Preface, .. Frame(1, 0x0C, 1, [200, 0x82])])]).Faults);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static byte[] Frame(byte kind, byte flags, byte stream, byte[] content) => [0, (byte)(content.Length >> 8), (byte)content.Length, kind, flags, 0, 0, 0, stream, .. content];

    private static IEnumerable<byte> Fields(params (string Name, string Value)[] fields) =>
        fields.SelectMany(field => (byte[])[0x10, (byte)field.Name.Length, .. Encoding.ASCII.GetBytes(field.Name), (byte)field.Value.Length, .. Encoding.ASCII.GetBytes(field.Value)]);
}
