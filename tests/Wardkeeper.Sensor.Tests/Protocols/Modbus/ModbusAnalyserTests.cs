using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Modbus;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Modbus;

public sealed class ModbusAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 502);

    private static readonly List<Said> Session =
    [
        Said.Client(0, 1, 0, 0, 0, 6, 1, 3, 0, 10, 0, 2),
        Said.Server(0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2),
        Said.Client(0, 2, 0, 0, 0, 6, 1, 6, 0, 10, 0, 9),
        Said.Server(0, 2, 0, 0, 0, 3, 1, 0x86, 2),
        Said.Client(0, 3, 0, 0, 0, 5, 1, 0x2B, 0x0E, 1, 0),
        Said.Server([0, 3, 0, 0, 0, 23, 1, 0x2B, 0x0E, 1, 1, 0, 0, 3, 0, 4, .. "Acme"u8, 1, 2, .. "P7"u8, 2, 3, .. "1.2"u8]),
        Said.Client(0, 4, 0, 0, 0, 2, 1, 7),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<ModbusAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Model, Value: "P7" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<ModbusAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<ModbusAnalyser>(Session, one => ((ModbusExchange)one).Func, View);

    [Theory]
    [InlineData("captures/ndpi/modbus.pcap")]
    [InlineData("captures/zeek/modbus/modbus-eit.pcap")]
    [InlineData("captures/zeek/modbus/fuzz-72.pcap")]
    [InlineData("captures/icsnpp-modbus/modbus_example.pcap")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<ModbusExchange>.Of(capture).Take(60)));

    [Fact]
    public void Only_its_port_makes_it_known()
    {
        byte[] request = Session[0].Bytes;
        Assert.Equal(Match.Yes, ModbusAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = request, ServerPort = 502, ClientPort = 40000 }));
        Assert.Equal(Match.No, ModbusAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = request, ServerPort = 503, ClientPort = 40000 }));
    }
}
