using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rdp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Rdp;

public sealed class RdpAnalyserTests
{
    private static readonly Said Request = Said.Client(Connect(0xE0, [.. "Cookie: mstshash=service\r\n"u8, 1, 0, 8, 0, 3, 0, 0, 0]));

    private static readonly List<Said> Old =
    [
        Request,
        Said.Server(Connect(0xD0, [2, 0, 8, 0, 0, 0, 0, 0])),
        Said.Client(Data([.. "....Duca"u8, 0x81, 0x00, .. Block(0xC001, [4, 0, 8, 0, 0, 5, 0, 4, 1, 0xCA, 3, 0xAA, 4, 8, 0, 0, 0x28, 0x0A, 0, 0, .. Encoding.Unicode.GetBytes("VENDOR-PC".PadRight(16, '\0')), .. new byte[90]]), .. Block(0xC003, [2, 0, 0, 0, .. "rdpdr\0\0\0"u8, 0, 0, 0, 0, .. "cliprdr\0"u8, 0, 0, 0, 0])])),
        Said.Server(Data([.. "....McDn"u8, 40, .. Block(0x0C01, [4, 0, 8, 0]), .. Block(0x0C02, [2, 0, 0, 0, 2, 0, 0, 0])])),
        Said.Client(0, 20, 1, 2),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RdpAnalyser>(Old);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.HostName, Value: "VENDOR-PC" } && one.Subject == Conversation.View().Client);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RdpAnalyser>(Old);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RdpAnalyser>(Old, one => ((RdpConnection)one).Cookie is null or "service" ? "" : "invented");

    [Fact]
    public void With_newer_security_tls_takes_over()
    {
        Conversation played = Conversation.Of<RdpAnalyser>([Request, Said.Server(Connect(0xD0, [2, 0, 8, 0, 2, 0, 0, 0])), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.Equal(("HYBRID", "encrypted"), (((RdpConnection)played.Transactions[0]).SecurityProtocol, ((RdpConnection)played.Transactions[0]).Result));
    }

    [Fact]
    public void A_refusal_says_why() =>
        Assert.Equal("HYBRID_REQUIRED_BY_SERVER", ((RdpConnection)Conversation.Of<RdpAnalyser>([Request, Said.Server(Connect(0xD0, [3, 0, 8, 0, 5, 0, 0, 0]))]).Transactions[0]).Result);

    [Theory]
    [InlineData("captures/ndpi/rdp.pcap")]
    [InlineData("captures/ndpi/rdp3.pcap")]
    [InlineData("captures/arkime/socks5-rdp.pcap")]
    [InlineData("captures/lab/it-services2.pcap")]
    [InlineData("captures/zeek/rdp/rdp-proprietary-encryption.pcap")]
    [InlineData("captures/zeek/rdp/rdp-unknown-keyboard.pcap")]
    [InlineData("captures/zeek/rdp/rdp-no-cookie-mstshash.pcap")]
    public void Captures_give_their_connections(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RdpConnection>.Of(capture)));

    [Fact]
    public void Others_over_the_same_carrier_are_not_taken_for_it()
    {
        // S7 and H.323 begin alike; their requests carry parameters instead of a cookie.
        Assert.Equal(Match.No, Ask([3, 0, 0, 22, 17, 0xE0, 0, 0, 0, 1, 0, 0xC0, 1, 0x0A, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2]));
        Assert.Equal(Match.No, Ask([3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0], 102));
        Assert.Equal(Match.Yes, Ask([3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0], 3389));
        Assert.Equal(Match.NeedMore, Ask([3, 0, 0, 40, 35, 0xE0, 0, 0, 0, 0, 0, (byte)'C']));
    }

    private static Match Ask(byte[] client, ushort port = 4000) => RdpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, ServerPort = port, FromStart = true });

    private static byte[] Connect(byte kind, byte[] rest) => [3, 0, 0, (byte)(rest.Length + 11), (byte)(rest.Length + 6), kind, 0, 0, 0, 0, 0, .. rest];

    private static byte[] Data(byte[] rest) => [3, 0, (byte)((rest.Length + 7) >> 8), (byte)(rest.Length + 7), 2, 0xF0, 0x80, .. rest];

    private static byte[] Block(ushort kind, byte[] content) => [(byte)kind, (byte)(kind >> 8), (byte)(content.Length + 4), (byte)((content.Length + 4) >> 8), .. content];
}
