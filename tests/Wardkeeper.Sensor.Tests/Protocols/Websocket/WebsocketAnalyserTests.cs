using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Websocket;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Websocket;

public sealed class WebsocketAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Frame(0x81, true, Encoding.UTF8.GetBytes("{\"subscribe\":\"alarms\"}"))),
        Said.Server(Frame(0x01, false, Encoding.UTF8.GetBytes("MSH|^~\\&|MONITOR|ICU|"))),
        Said.Server(Frame(0x80, false, new byte[300])),
        Said.Server(0x89, 2, 1, 2),
        Said.Client(Frame(0x8A, true, [1, 2])),
        Said.Client(Frame(0x82, true, new byte[70000])),
        Said.Server(0x88, 2, 3, 0xE8),
        Said.Client(Frame(0x88, true, [3, 0xE8])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<WebsocketAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<WebsocketAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<WebsocketAnalyser>(Session, one => one.Log);

    [Fact]
    public void An_upgrade_is_told_and_hands_over_without_its_token()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(
        [
            Said.Client("GET /alarms HTTP/1.1\r\nHost: central\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: v1, authorization.bearer.eyJ0eXAiOiJKV1Qi\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"),
            Said.Server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v1\r\n\r\n"),
        ]);
        Assert.Equal((Continuation.HandOver, "websocket"), (played.Outcome, played.Successor));
        WebsocketUpgrade upgrade = Assert.Single(played.Transactions.OfType<WebsocketUpgrade>());
        Assert.Equal(("central", "v1"), (upgrade.Host, upgrade.Subprotocol));
        Assert.Equal(["v1", "authorization.bearer<hidden>"], upgrade.ClientProtocols);
        Golden.Hold("upgrade", played.Lines);
    }

    [Theory]
    [InlineData("captures/zeek/websocket/jupyter-websocket.pcap")]
    [InlineData("captures/zeek/websocket/reply-ping-separate.pcap")]
    [InlineData("captures/zeek/websocket/wrong-accept-header.pcap")]
    [InlineData("captures/zeek/websocket/wstunnel-http.pcap")]
    [InlineData("captures/suricata-verify/websocket-compressed/example_websocket.pcap")]
    public void Captures_give_their_connections(string capture) =>
        Golden.Hold(string.Join('-', Path.ChangeExtension(capture, null).Split('/')[1..]), Conversation.Render(CaptureRows<Transaction>.Of(capture).Where(row => row is WebsocketUpgrade or WebsocketTraffic)));

    [Theory]
    [InlineData("\u0081\u0015{\"a\":1,\"bcd\":\"efghi\"}", Match.YesReversed)]
    [InlineData("\u0081\u008F\0\0\0\0plain text here", Match.Yes)]
    [InlineData("\u0081\u0015plain text that is ", Match.NeedMore)]
    [InlineData("\u0081\u0015plain text that is long", Match.No)]
    [InlineData("\u0082\u0015{\"a\":1,\"bcd\":\"efghij\"}", Match.No)]
    public void Frames_in_mid_stream_are_recognised(string client, object match) =>
        Assert.Equal(match, WebsocketAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client) }));

    [Fact]
    public void Frames_that_cannot_be_are_faults()
    {
        Assert.Equal([WebsocketFaults.BadFrame], Conversation.Of<WebsocketAnalyser>([Said.Client(0x83, 0)]).Faults);
        Assert.Equal([WebsocketFaults.BadFrame], Conversation.Of<WebsocketAnalyser>([Said.Client(0x89, 126, 0, 200)]).Faults);
        Assert.Equal([WebsocketFaults.BadFrame], Conversation.Of<WebsocketAnalyser>([Said.Client(0x82, 127, 0xFF)]).Faults);
    }

    private static byte[] Frame(byte first, bool isMasked, byte[] content)
    {
        byte mask = isMasked ? (byte)0x80 : (byte)0;
        byte[] length = content.Length < 126 ? [(byte)(content.Length | mask)] : content.Length < 65536 ? [(byte)(126 | mask), (byte)(content.Length >> 8), (byte)content.Length] : [(byte)(127 | mask), 0, 0, 0, 0, 0, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length];
        byte[] key = isMasked ? [0x11, 0x22, 0x33, 0x44] : [];
        return [first, .. length, .. key, .. content.Select((b, i) => isMasked ? (byte)(b ^ key[i & 3]) : b)];
    }
}
