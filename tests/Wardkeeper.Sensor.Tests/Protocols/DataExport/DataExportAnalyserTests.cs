using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.DataExport;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.DataExport;

/// <summary>
/// Messages are made by the programming guide (its chapter 6 has the association's bytes), since no recording of a real monitor is in
/// the collection; the captures are of the project's laboratory and of another reconstruction.
/// </summary>
public sealed class DataExportAnalyserTests
{
    private const string Request = "0dec0508130100160102800014020002c1dc3180a0808001010000a280a003000001a4803080020101060452010001308006025101000000003080020102060c2a8648ce14020100000001013080060c2a8648ce14020100000002010000000000"
        + "0061803080020101a0806080a180060c2a8648ce14020100000003010000be802880060c2a8648ce140201000000010102010281488000000040000000000000008000000020000000000000000001002c0001002880000000000003e8000009c4000003e8ffffffff600000000001000cf00100088c0000000000000000000000000000000000000000000000";

    private const string Response = "0ece0508130100160102800014020002c1be3180a0808001010000a280a003000001a58030808001008102510100003080800100810c2a8648ce14020100000002010000000061803080020101a0806180a180060c2a8648ce14020100000003010000a203020100a305a103020100be8028800201028148";

    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, serverPort: 24105);

    private static readonly List<Said> Session =
    [
        Client(Request), Server(Response),
        // The system: id, type, model, bed label, production specification.
        Server(Operation(1, 1, 1, "002100000000" + "0000af00" + "0d06" + Counted("002100000000" + List(
            "0984" + Counted(Counted("0009fb300032")), "0986" + Counted("0001114d"), "0928" + Counted(Label("Philips\0") + Label("IntelliVue MX800\0\0")), "091e" + Counted(Wide("ICU-32")),
            "092d" + Counted(Count(2, "00010008" + Label("DE123\0") + "00040058" + Label("L.01.22\0"))))))),
        Client(Operation(2, 1, 1, "0021000000000000af000d060000")),
        Client(Poll(1, "0c16", "002a", "0807")),
        Server(Reply(1, "0c16", "", "002a0807", "0050" + List("095a" + Counted(Wide("HL00001")), "095c" + Counted(Wide("MILLER"))))),
        Client(Poll(2, "f13b", "0006", "0000")),
        Server(Reply(2, "f13b", "0000", "00060000", "8101" + List("0950" + Counted("418200000aa00000004e")), "8102" + List())),
        Server(Reply(2, "f13b", "0001", "00060000", "8101" + List("0950" + Counted("418200000aa00000004f")))),
        Client(Poll(3, "0c16", "0036", "0801")),
        Server(Linked(1, 3, "00360801", "0001" + List("0902" + Counted("00010000"), "0904" + Counted("00020000")))),
        Server(Linked(3, 3, "00360801", "0002" + List())),
        Client(Poll(4, "0c16", "0099", "0000")),
        Server(Operation(3, 4, 0, "")),
        Client("0918c11661803080020101a08062808001000000000000000000"),
        Server("0a18c11661803080020101a08063808001000000000000000000"),
    ];

    [Fact]
    public void A_session_is_reported()
    {
        Conversation played = Conversation.Of<DataExportAnalyser>(Session, Udp);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("HL00001", string.Join('\n', played.Lines.Concat(played.Observe(Udp).Select(one => one.ToString()))), StringComparison.Ordinal);
        Assert.DoesNotContain("MILLER", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_values_have_equal_digests_and_an_abort_says_in_whose_name_it_came()
    {
        Conversation played = Conversation.Of<DataExportAnalyser>(
        [
            Client(Request), Server(Response),
            Client(Poll(1, "0c16", "0006", "0000")), Server(Reply(1, "0c16", "", "00060000", "8101" + List("0950" + Counted("418200000aa00000004e")))),
            Client(Poll(2, "0c16", "0006", "0000")), Server(Reply(2, "0c16", "", "00060000", "8101" + List("0950" + Counted("418200000aa00000004e")))),
            Client(Poll(3, "0c16", "0006", "0000")), Server(Reply(3, "0c16", "", "00060000", "8101" + List("0950" + Counted("418200000aa00000004f")))),
            Server("1902c103"),
        ], Udp);
        DataExportExchange[] rows = [.. played.Transactions.Cast<DataExportExchange>()];
        string[] values = [.. rows.Where(row => row.Values is not null).Select(row => row.Values!)];
        Assert.Equal(3, values.Length);
        Assert.Equal(values[0], values[1]);
        Assert.NotEqual(values[0], values[2]);
        Assert.False(Assert.Single(rows, row => row.Kind == "abort").IsOrig);
    }

    [Fact]
    public void The_monitor_is_described() => Assert.Equal(
        ["Type patient-monitor", "Vendor Philips", "Model IntelliVue MX800", "SerialNumber DE123", "Software L.01.22", "OtherMac 00:09:fb:30:00:32", "Location ICU-32", "InUse monitoring"],
        Conversation.Of<DataExportAnalyser>(Session, Udp).Observe(Udp).OfType<Claim>().Where(claim => claim.Subject == Udp.Server).Select(claim => $"{claim.Kind} {claim.Value}"));

    [Fact]
    public void The_lab_is_read() => Golden.Hold("lab", Conversation.Render(CaptureRows<DataExportExchange>.Of("captures/lab/intellivue.pcap")));

    [Theory]
    [InlineData("e100000200020004000100070000", "No")]
    [InlineData("e1000002000100080001000700020000", "No")]
    [InlineData("e10000020001000800010009000200000000", "No")]
    [InlineData("0000010000010006000000000000", "No")]
    [InlineData("0d05050813010016", "No")]
    [InlineData("0900", "No")]
    [InlineData("e1000002000100080001000700020000ffff", "No")]
    [InlineData("e10000020001000800010007000200ff", "No")]
    public void Other_datagrams_are_not(string hex, string expected) =>
        Assert.Equal(Enum.Parse<Match>(expected), DataExportAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Convert.FromHexString(hex), ServerPort = 9 }));

    [Theory]
    [InlineData(Request, true, "Yes")]
    [InlineData(Response, true, "YesReversed")]
    [InlineData(Response, false, "Yes")]
    [InlineData("0a18c11661803080020101a08063808001000000000000000000", false, "Yes")]
    public void The_monitor_serves(string hex, bool fromClient, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Opening opening = new() { Carrier = Carrier.Udp, Client = fromClient ? bytes : default(ReadOnlySpan<byte>), Server = fromClient ? default(ReadOnlySpan<byte>) : bytes, ServerPort = 24105 };
        Assert.Equal(Enum.Parse<Match>(expected), DataExportAnalyser.Recognise(in opening));
    }

    [Fact]
    public void Malformed_messages_are_faults()
    {
        Conversation played = Conversation.Of<DataExportAnalyser>(
        [
            Client("ff00"), Client("e10000020001000800010007000200ff"), Client(Operation(1, 7, 7, "0021")),
            Server(Operation(1, 1, 1, "002100000000" + "0000af00" + "0d06" + Counted("002100000000" + "00050004" + "0984ffff"))),
        ], Udp);
        Assert.Equal([DataExportFaults.MalformedMessage, DataExportFaults.MalformedMessage, DataExportFaults.MalformedMessage, DataExportFaults.MalformedAttribute], played.Faults);
    }

    private static Said Client(string hex) => Said.Client(Convert.FromHexString(hex));

    private static Said Server(string hex) => Said.Server(Convert.FromHexString(hex));

    private static string Operation(int kind, int invoke, int command, string body) => $"e1000002{kind:x4}" + Counted($"{invoke:x4}{command:x4}" + Counted(body));

    private static string Poll(int number, string action, string objectClass, string group) => Operation(1, number, 7, "00210000000000000000" + action + Counted($"{number:x4}0001{objectClass}{group}"));

    private static string Reply(int number, string action, string sequence, string polled, params string[] objects) => Operation(2, number, 7, Result(number, action, sequence, polled, objects));

    private static string Linked(int state, int number, string polled, params string[] objects) =>
        "e10000020005" + Counted($"{state:x2}01{number:x4}0007" + Counted(Result(number, "0c16", "", polled, objects)));

    private static string Result(int number, string action, string sequence, string polled, string[] objects) =>
        "002100000000" + action + Counted($"{number:x4}{sequence}00001130" + "ffffffffffffffff" + "0001" + polled + Count(1, "0001" + Count(objects.Length, string.Concat(objects))));

    private static string List(params string[] attributes) => Count(attributes.Length, string.Concat(attributes));

    private static string Count(int items, string hex) => $"{items:x4}" + Counted(hex);

    private static string Counted(string hex) => $"{hex.Length / 2:x4}{hex}";

    private static string Label(string text) => Counted(Convert.ToHexStringLower(System.Text.Encoding.Latin1.GetBytes(text)));

    private static string Wide(string text) => Counted(Convert.ToHexStringLower(System.Text.Encoding.BigEndianUnicode.GetBytes(text + "\0")));
}
