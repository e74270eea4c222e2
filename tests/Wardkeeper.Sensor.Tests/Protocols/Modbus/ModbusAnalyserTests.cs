using System.Globalization;
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
    public void Functions_and_addresses_are_those_of_Zeeks_log()
    {
        // Functions that Zeek does not pair have a row for each half there; where it leaves address or quantity open, we read more.
        IReadOnlyDictionary<string, string>[] theirs = [.. BaselineLog.Read("icsnpp-modbus/modbus_example.pcap.zeek/analyzer.basic/modbus_detailed.log").DistinctBy(row => $"{row["tid"]} {row["unit"]} {row["func"]}")];
        IReadOnlyList<ModbusExchange> ours = CaptureRows<ModbusExchange>.Of("captures/icsnpp-modbus/modbus_example.pcap");
        Assert.Equal(theirs.Length, ours.Count);
        foreach ((IReadOnlyDictionary<string, string> they, ModbusExchange we) in theirs.Zip(ours))
        {
            Assert.Equal($"{they["tid"]} {they["unit"]} {they["func"]} {they["exception_code"]}", string.Create(CultureInfo.InvariantCulture, $"{we.Tid} {we.Unit} {we.Func} {we.Exception ?? "-"}"));
            if (they["func"].StartsWith("READ_", StringComparison.Ordinal) && they["quantity"] is not ("-" or "0")) Assert.Equal($"{they["address"]} {they["quantity"]}", string.Create(CultureInfo.InvariantCulture, $"{we.Address} {we.Quantity}"));
        }
    }

    [Fact]
    public void A_device_identifies_itself_in_full()
    {
        List<Said> said =
        [
            Said.Client(0, 3, 0, 0, 0, 5, 1, 0x2B, 0x0E, 3, 0),
            Said.Server([0, 3, 0, 0, 0, 27, 1, 0x2B, 0x0E, 3, 0x83, 0, 0, 3, 4, 4, .. "Pump"u8, 5, 3, .. "P7X"u8, 6, 6, .. "Ward 3"u8]),
            Said.Client(0, 4, 0, 0, 0, 6, 1, 8, 0, 4, 0, 0),
            Said.Client(0, 5, 0, 0, 0, 2, 1, 17),
            Said.Server([0, 5, 0, 0, 0, 12, 1, 17, 9, 1, 0xFF, .. "Chiller"u8]),
        ];
        Conversation played = Conversation.Of<ModbusAnalyser>(said, View);
        Golden.Hold("identification", played.Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Model, Value: "P7X" });
    }

    [Fact]
    public void Only_its_port_makes_it_known()
    {
        byte[] request = Session[0].Bytes;
        Assert.Equal(Match.Yes, ModbusAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = request, ServerPort = 502, ClientPort = 40000 }));
        Assert.Equal(Match.No, ModbusAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = request, ServerPort = 503, ClientPort = 40000 }));
    }
}
