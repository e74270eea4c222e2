using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Coap;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Coap;

public sealed class CoapAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client([0x42, 1, 0, 1, 7, 7, 0x60, 0x57, .. "patient"u8, 0x04, .. "4711"u8, 0x46, .. "unit=C"u8]),
        Said.Server([0x62, 0x45, 0, 1, 7, 7, 0x61, 5, 0x61, 50, 0xFF, .. "{\"t\":37}"u8]),
        Said.Server([0x52, 0x45, 0, 2, 7, 7, 0x61, 6, 0xFF, 1, 2, 3]),
        Said.Client([0x41, 2, 0, 2, 9, 0x34, .. "pump"u8, 0x84, .. "rate"u8, 0x10, 0xFF, 5]),
        Said.Client([0x41, 2, 0, 2, 9, 0x34, .. "pump"u8, 0x84, .. "rate"u8, 0x10, 0xFF, 5]),
        Said.Server(0x60, 0, 0, 2),
        Said.Server([0x51, 0x84, 0, 9, 9]),
        Said.Client([0x40, 1, 0, 3, 0xB4, .. "slow"u8]),
    ];

    private static readonly FlowView View = Conversation.View(Carrier.Udp, serverPort: 5683);

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<CoapAnalyser>(Session, View);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("4711", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Capture_gives_its_exchanges() => Golden.Hold("ndpi-coap", Conversation.Render(CaptureRows<CoapExchange>.Of("captures/ndpi/coap_mqtt.pcap").Take(40)));

    [Theory]
    [InlineData("\u0040\u0001\0\u0001\u00B4temp", 40000, Match.Yes)]
    [InlineData("\u0040\u0001\0\u0001\u00B4tem", 5683, Match.No)]
    [InlineData("\u0040\u0001\0\u0001", 40000, Match.No)]
    [InlineData("\u0040\u0001\0\u0001", 5683, Match.Yes)]
    [InlineData("\u0040\u0009\0\u0001\u00B4temp", 5683, Match.No)]
    [InlineData("\u0049\u0001\0\u0001\u00B4temp", 5683, Match.No)]
    public void Messages_are_recognised(string client, ushort port, object match) =>
        Assert.Equal(match, CoapAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Encoding.Latin1.GetBytes(client), ServerPort = port }));

    [Fact]
    public void Broken_messages_are_faults() =>
        Assert.Equal([CoapFaults.Malformed], Conversation.Of<CoapAnalyser>([Said.Client(0x40, 1, 0, 1, 0xF0)], View).Faults);
}
