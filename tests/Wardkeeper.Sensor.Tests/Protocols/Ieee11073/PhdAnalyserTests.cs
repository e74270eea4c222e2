using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ieee11073;

namespace Wardkeeper.Sensor.Tests.Protocols.Ieee11073;

/// <summary>APDUs are made by IEEE 11073-20601 (structures of annex A, in the manner of its example encodings), since no recording of a real device is in the collection.</summary>
public sealed class PhdAnalyserTests
{
    private const string Request = "e2000032800000000001002a50790026800000008000800000000000000000800000" + "00080009fbfffe003132" + "4000" + "0001" + "0100" + "00000000";
    private const string Accept = "e300002c000350790026800000008000800000000000000080000000" + "00088877665544332211" + "0000" + "00000000" + "00000000";

    private static readonly List<Said> Session =
    [
        Client(Request), Server(Accept),
        // A configuration of two objects, systolic and pulse, and its acceptance.
        Client(Data(1, 0x0101, "0000" + "ffffffff" + "0d1c" + Counted("4000" + Count(2, "00060001" + List("092f" + Counted("00024a05"), "0996" + Counted("0f20")) + "00060002" + List("092f" + Counted("0002482a")))))),
        Server(Data(1, 0x0201, "0000" + "00000000" + "0d1c" + Counted("40000000"))),
        Server(Data(1, 0x0103, "000000000000")),
        Client(Data(1, 0x0203, "0000" + List(
            "0a5a" + Counted(Count(1, "10070001")), "0928" + Counted(Text("Omron") + Text("HEM-9210")), "0984" + Counted("00080009fbfffe003132"),
            "092d" + Counted(Count(2, "00010000" + Text("SN77") + "00050000" + Text("1.4"))), "0a44" + Counted("4000")))),
        // Two observations; then two people with three together.
        Client(Data(2, 0x0101, "0000" + "00000010" + "0d1d" + Counted("f0000000" + Count(2, "0001000400a0" + "0000" + "0002000400a00000")))),
        Server(Data(2, 0x0201, "0000" + "00000000" + "0d1d0000")),
        Client(Data(3, 0x0100, "0000" + "00000010" + "0d1f" + Counted("f0000000" + Count(2, "0001" + Count(1, "00010002ffff") + "0002" + Count(2, "00010002ffff00020002ffff"))))),
        Server(Data(2, 0x0107, "0000" + "0c17" + Counted("2026112309150000" + "00000000"))), Client(Data(2, 0x0300, "0018" + "0000")),
        Client("e40000020000"), Server("e50000020000"),
        Client("e60000020002"),
    ];

    [Fact]
    public void A_session_is_reported()
    {
        Conversation played = Conversation.Of<PhdAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Equal(
            ["Role phd-agent", "OtherMac 00:09:fb:00:31:32", "Type blood-pressure-meter", "Vendor Omron", "Model HEM-9210", "SerialNumber SN77", "Firmware 1.4"],
            played.Observe().OfType<Claim>().Where(claim => claim.Subject == Conversation.View().Client).Select(claim => $"{claim.Kind} {claim.Value}").Distinct());
    }

    [Fact]
    public void A_standard_configuration_says_what_the_agent_is()
    {
        string standard = Request.Replace("31324000", "313202bc", StringComparison.Ordinal);
        Assert.Equal("blood-pressure", Assert.Single(Assert.IsType<PhdExchange>(Conversation.Of<PhdAnalyser>([Client(standard)]).Transactions[0]).Profiles!));
    }

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => Splits.HoldFor<PhdAnalyser>(Session);

    [Fact]
    public void Lost_bytes_invent_nothing() => Splits.SurviveGapsFor<PhdAnalyser>(Session, row => ((PhdExchange)row).Operation);

    [Theory]
    [InlineData("e2", "NeedMore")]
    [InlineData("e200003280000000", "NeedMore")]
    [InlineData(Request, "Yes")]
    [InlineData(Accept, "YesReversed")]
    [InlineData("e201003280000000000100", "No")]
    [InlineData("e2000032800000010001002a50790026", "No")]
    [InlineData("e7000010000e00010100000800000000000000", "Yes")]
    [InlineData("e7000010000e00010108000800000000000000", "No")]
    [InlineData("e7000010000d00010100000800000000000000", "No")]
    public void Content_decides(string hex, string expected) =>
        Assert.Equal(Enum.Parse<Match>(expected), PhdAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(hex), FromStart = true }));

    [Fact]
    public void Malformed_apdus_are_faults()
    {
        Conversation played = Conversation.Of<PhdAnalyser>([Client("e200000480000000"), Client("e7000006000200010100"), Client(Data(1, 0x0101, "0000" + "00000000" + "0d1c" + Counted("4000" + "0005ffff"))), Client("ff000000")]);
        Assert.Equal([PhdFaults.MalformedContent, PhdFaults.MalformedContent, PhdFaults.MalformedContent, PhdFaults.MalformedApdu], played.Faults);
    }

    private static Said Client(string hex) => Said.Client(Convert.FromHexString(hex));

    private static Said Server(string hex) => Said.Server(Convert.FromHexString(hex));

    private static string Data(int invoke, int choice, string body) => "e700" + Counted(Counted($"{invoke:x4}{choice:x4}" + Counted(body)));

    private static string List(params string[] attributes) => Count(attributes.Length, string.Concat(attributes));

    private static string Count(int items, string hex) => $"{items:x4}" + Counted(hex);

    private static string Counted(string hex) => $"{hex.Length / 2:x4}{hex}";

    private static string Text(string text) => Counted(Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(text)));
}
