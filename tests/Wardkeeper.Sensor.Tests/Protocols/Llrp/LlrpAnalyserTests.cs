using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Llrp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Llrp;

/// <summary>Messages are made by GS1 LLRP 1.1, section 17; the captures are of the laboratory, no recording of a real reader is in the collection.</summary>
public sealed class LlrpAnalyserTests
{
    private const string Ok = "011f000800000000";

    private static readonly List<Said> Session =
    [
        Server(Message(63, 0, Tlv(246, Tlv(128, "0000000000000001") + Tlv(256, "0000")))),
        Client(Message(1, 1, "01")), Server(Message(11, 1, Ok + Tlv(137, "00040000" + "0000651a" + "001e886a" + "000a" + "352e31342e302e323430"))),
        Client(Message(2, 2, "0000" + "00" + "0000" + "0000")), Server(Message(12, 2, Ok + Tlv(218, "00" + "0008" + "001625fffe112233"))),
        Client(Message(20, 3, Tlv(177, "0000007b" + "0000"))), Server(Message(30, 3, Tlv(287, "0065" + "0009" + "626164206669656c64"))),
        Client(Message(40, 4, Tlv(207, "00000001" + "0001" + "01" + "00" + "00000000" + "00000000" + Tlv(209, Tlv(342, "00010000000000004000000200011234") + Tlv(344, "000200000000"))))), Server(Message(50, 4, Ok)),
        Client(Message(22, 5, "0000007b")), Server(Message(32, 5, Ok)),
        Server(Message(61, 6, Tlv(240, "8d3034257bf7194e4000001a00" + "810001" + "86c9") + Tlv(240, "8d3034257bf7194e4000001a01" + "810003"))),
        Server(Message(62, 7, "")), Client(Message(72, 7, "")),
        Server(Message(61, 8, Tlv(240, "8d3034257bf7194e4000001a00" + "810001"))),
        Server(Message(63, 9, Tlv(246, Tlv(255, "000002")))),
        Client(Message(14, 10, "")), Server(Message(4, 10, Ok)),
    ];

    [Fact]
    public void A_session_is_reported()
    {
        Conversation played = Conversation.Of<LlrpAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("3034257b", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Equal(
            ["Type rfid-reader", "Vendor Impinj", "Model Speedway R420", "Firmware 5.14.0.240", "OtherMac 00:16:25:11:22:33"],
            played.Observe().OfType<Claim>().Where(claim => claim.Subject == Conversation.View().Server).Select(claim => $"{claim.Kind} {claim.Value}").Distinct());
    }

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => Splits.HoldFor<LlrpAnalyser>(Session);

    [Fact]
    public void Lost_bytes_invent_nothing() => Splits.SurviveGapsFor<LlrpAnalyser>(Session, row => ((LlrpExchange)row).Message);

    [Fact]
    public void The_lab_is_read()
    {
        IReadOnlyList<LlrpExchange> rows = CaptureRows<LlrpExchange>.Of("captures/lab/llrp.pcap");
        Golden.Hold("lab", Conversation.Render(rows));
        // What the lab's ground truth says: four reports of one tag each.
        Assert.Equal((4L, 4L), (rows.Sum(row => row.Reports ?? 0), rows.Sum(row => row.Tags ?? 0)));
    }

    [Theory]
    [InlineData("04", true, "NeedMore")]
    [InlineData("043f00000020", false, "NeedMore")]
    [InlineData("043f000000200000000100f600160080", false, "Yes")]
    [InlineData("043f000000200000000100f600160080", true, "YesReversed")]
    [InlineData("043f000000200000000100f6ff160080", false, "No")]
    [InlineData("0401000000500000000001", true, "Yes")]
    [InlineData("0401005000000000000001", true, "No")]
    [InlineData("040e0000000a00000001", true, "Yes")]
    [InlineData("040e0000000b00000001", true, "No")]
    [InlineData("0499", true, "No")]
    public void Content_decides(string hex, bool fromClient, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Opening opening = new() { Carrier = Carrier.Tcp, Client = fromClient ? bytes : default(ReadOnlySpan<byte>), Server = fromClient ? default(ReadOnlySpan<byte>) : bytes, FromStart = true };
        Assert.Equal(Enum.Parse<Match>(expected), LlrpAnalyser.Recognise(in opening));
    }

    [Fact]
    public void Malformed_messages_are_faults()
    {
        Conversation played = Conversation.Of<LlrpAnalyser>([Server(Message(63, 0, "00f6ffff")), Server(Message(61, 1, Tlv(240, "") + "ff")), Server("ff000000000000000000")]);
        Assert.Equal([LlrpFaults.MalformedParameter, LlrpFaults.MalformedParameter, LlrpFaults.MalformedHeader], played.Faults);
    }

    private static Said Client(string hex) => Said.Client(Convert.FromHexString(hex));

    private static Said Server(string hex) => Said.Server(Convert.FromHexString(hex));

    private static string Message(int type, int id, string body) => $"{0x0800 | type:x4}{10 + (body.Length / 2):x8}{id:x8}{body}";

    private static string Tlv(int type, string value) => $"{type:x4}{4 + (value.Length / 2):x4}{value}";
}
