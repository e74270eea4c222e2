using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Fins;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Fins;

public sealed class FinsAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 9600);

    private static byte[] Framed(byte[] message) => [.. "FINS"u8, 0, 0, 0, (byte)(8 + message.Length), 0, 0, 0, 2, 0, 0, 0, 0, .. message];

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("omron", "tcp")),
        Said.Server([.. "FINS"u8, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xFB, 0, 0, 0, 0xC8]),
        Said.Client(Framed(Seeds.Read("omron", "read"))),
        Said.Server(Framed([0xC0, 0, 2, 0, 0x63, 0, 0, 0xC8, 0, 0xEF, 5, 1, 0, 0, .. "CP1L-EL20DR-D"u8, .. new byte[7], .. "01.00"u8, .. new byte[15]])),
        Said.Client(Framed([0x80, 0, 2, 0, 0x63, 0, 0, 0xC8, 0, 1, 4, 2])),
        Said.Server(Framed([0xC0, 0, 2, 0, 0x63, 0, 0, 0xC8, 0, 1, 4, 2, 0x22, 1])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<FinsAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Model, Value: "CP1L-EL20DR-D" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<FinsAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<FinsAnalyser>(Session, one => ((FinsExchange)one).Command, View);

    [Fact]
    public void A_capture_gives_its_exchanges() => Golden.Hold("omron_test", Conversation.Render(CaptureRows<FinsExchange>.Of("captures/ics-security-tools/omron/omron_test.pcap")));

    [Fact]
    public void Commands_are_those_that_tshark_sees()
    {
        int theirs = Tshark.Fields(SharedFiles.Path("captures/ndpi/fins.pcap"), "omron.command && omron.icf.dtb == 0", "omron.command").Count;
        int ours = CaptureRows<FinsExchange>.Of("captures/ndpi/fins.pcap").Count(row => row.PduType != "RESP");
        Assert.Equal(theirs.ToString(CultureInfo.InvariantCulture), ours.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("800002000000006300ef0501", (int)Match.Yes)]
    [InlineData("c00002000000006300ef05010000", (int)Match.YesReversed)]
    [InlineData("800102000000006300ef0501", (int)Match.No)]
    [InlineData("800002000000006300ef0509", (int)Match.No)]
    public void It_is_known_by_its_header_and_command(string bytes, int match) =>
        Assert.Equal((Match)match, FinsAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ServerPort = 9600, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal("omron.malformed-header", Assert.Single(Conversation.Of<FinsAnalyser>([Said.Client("FINA0000")], View).Faults).Id);
        Assert.Equal("omron.malformed-message", Assert.Single(Conversation.Of<FinsAnalyser>([Said.Client(Framed([0x80, 0, 2]))], View).Faults).Id);
    }
}
