using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.S7comm;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.S7comm;

public sealed class S7AnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 102);

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("s7comm", "connect")),
        Said.Server(Seeds.Read("s7comm", "answer")),
        Said.Client(Seeds.Read("s7comm", "szl")),
        Said.Server([.. Hex("0300005102f08032070000010000 0c0034000112081284010100000000ff090030"), .. Hex("0011 0000 001c 0001 0001"), .. "6ES7 315-2EH14-0AB0 "u8, .. Hex("00c000040001"), .. new byte[12]]),
        Said.Client(Hex("03000023 02f080 32 01 0000 0002 0012 0000 1d000000000000 00 09 5f3038303030303141")),
        Said.Server(Hex("03000013 02f080 32 02 0000 0002 0000 0000 d241")),
        Said.Client(Hex("0300001f 02f080 32 01 0000 0003 000e 0000 04 01 12 0a 10 02 0008 0001 84 000020")),
        Said.Server(Hex("03000019 02f080 32 03 0000 0003 0002 0004 0000 0401 0a000000")),
        Said.Client(Seeds.Read("s7comm", "stop")),
    ];

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<S7Analyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Model, Value: "6ES7 315-2EH14-0AB0" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<S7Analyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<S7Analyser>(Session, one => ((S7Exchange)one).Function, View);

    [Theory]
    [InlineData("captures/icsnpp-s7comm/s7ident.pcap")]
    [InlineData("captures/arkime/s7comm_synthetic.pcap")]
    [InlineData("captures/ics-security-tools/s7/step7_s300_AuthPassword.pcapng")]
    [InlineData("captures/ics-security-tools/s7/step7_s300_stop.pcapng")]
    [InlineData("captures/ics-security-tools/s7/step7_s300_rwVarTab.pcapng")]
    [InlineData("captures/ics-security-tools/s7/tia_s300_downloadOb1.pcapng")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<S7Exchange>.Of(capture).Take(80)));

    [Theory]
    [InlineData("S7-1511_db2_var1_HMI", "6ES7 511-1AK00-0AB0")]
    [InlineData("S7-1200-Uploading-OB1-TIAV12", "6ES7 214-1HE30-0XB0")]
    public void Newer_controllers_name_themselves_in_captures(string capture, string order)
    {
        IReadOnlyList<S7PlusExchange> rows = CaptureRows<S7PlusExchange>.Of($"captures/ics-security-tools/s7/{capture}.pcap");
        Golden.Hold(capture, Conversation.Render(rows.Take(12)));
        Assert.Contains(rows, row => row.OrderNumber == order);
    }

    [Fact]
    public void A_controller_is_who_Zeek_says_it_is()
    {
        IReadOnlyDictionary<string, string> theirs = BaselineLog.Read("icsnpp-s7comm/s7ident.pcap.zeek/analyzer.s7ident/s7comm_known_devices.log")[0];
        S7Exchange ours = Assert.Single(CaptureRows<S7Exchange>.Of("captures/icsnpp-s7comm/s7ident.pcap"), row => row.SerialNumber is not null);
        Assert.Equal((theirs["automation_system_name"], theirs["module_name"], theirs["module_serial"]), (ours.SystemName, ours.ModuleName, ours.SerialNumber));
    }

    [Fact]
    public void Requests_are_those_of_Zeeks_log()
    {
        string[] theirs = [.. BaselineLog.Read("icsnpp-s7comm/s7ident.pcap.zeek/analyzer.s7ident/s7comm.log").Where(row => row["is_orig"] == "T").Select(row => row["pdu_reference"])];
        string[] ours = [.. CaptureRows<S7Exchange>.Of("captures/icsnpp-s7comm/s7ident.pcap").Select(row => row.PduReference.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void A_newer_controller_names_itself()
    {
        List<Said> session = [Said.Client(Seeds.Read("s7comm-plus", "create")), Said.Server(Seeds.Read("s7comm-plus", "created"))];
        Conversation played = Conversation.Of<S7PlusAnalyser>(session, View);
        Assert.Equal(["""{"version":1,"function":"create-object","sequence":2,"order_number":"6ES7 212-1BE40-0XB0","firmware":"V4.2"}"""], played.Lines);
        Splits.HoldFor<S7PlusAnalyser>(session, View);
    }

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal("s7comm.malformed-packet", Assert.Single(Conversation.Of<S7Analyser>([Said.Client(3, 1, 0, 9, 0, 0, 0)], View).Faults).Id);
        Assert.Equal("s7comm.malformed-message", Assert.Single(Conversation.Of<S7Analyser>([Said.Client(Hex("03000013 02f080 32 01 0000 0002 0100 0000 d241"))], View).Faults).Id);
        Assert.Equal("s7comm.other-protocol", Assert.Single(Conversation.Of<S7Analyser>([Said.Client(Hex("0300000a 02f080 610102"))], View).Faults).Id);
    }

    [Theory]
    [InlineData("0300001611e00000000100c0010ac1020100c2020101", (int)Match.NeedMore)]
    [InlineData("0300000a02f080610102", (int)Match.No)]
    [InlineData("0300001902f08032010000000000080000f0000001000101e0", (int)Match.Yes)]
    [InlineData("0300001b02f080320300000000000800000000f0000001000101e0", (int)Match.YesReversed)]
    [InlineData("0300002302f080720100", (int)Match.No)]
    public void It_is_known_by_what_the_transport_carries(string bytes, int match) =>
        Assert.Equal((Match)match, S7Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(bytes) }));
}
