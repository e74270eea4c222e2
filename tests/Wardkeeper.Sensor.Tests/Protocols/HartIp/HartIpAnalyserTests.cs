using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.HartIp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.HartIp;

public sealed class HartIpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 5094);

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("hart_ip", "session")),
        Said.Server(1, 1, 0, 0, 0, 2, 0, 13, 1, 0, 0, 0xEA, 0x60),
        Said.Client(Seeds.Read("hart_ip", "read")),
        Said.Server(Seeds.Read("hart_ip", "identity")),
        Said.Client(1, 0, 2, 0, 0, 4, 0, 8),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<HartIpAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<HartIpAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<HartIpAnalyser>(Session, one => ((HartExchange)one).Message, View);

    [Theory]
    [InlineData("captures/ndpi/hart_ip.pcap")]
    [InlineData("captures/icsnpp-hart-ip/hart-ip.pcap")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<HartExchange>.Of(capture)));

    [Theory]
    [InlineData("captures/ndpi/hart_ip.pcap")]
    [InlineData("captures/icsnpp-hart-ip/hart-ip.pcap")]
    public void Commands_are_those_that_tshark_sees(string capture)
    {
        string[] theirs = [.. Tshark.Fields(SharedFiles.Path(capture), "hart_ip.pt.command", "hart_ip.transaction_id", "hart_ip.pt.command").SelectMany(cells => cells[0].Split('\u001F').Zip(cells[1].Split('\u001F'), (id, command) => $"{id} {command}")).Distinct().Order(StringComparer.Ordinal)];
        string[] ours = [.. CaptureRows<HartExchange>.Of(capture).Where(row => row.Command is not null).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Sequence} {row.Command}")).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [InlineData("010003000003001182264e0000d2000038", (int)Match.Yes)]
    [InlineData("010003000003001182264e0000d2000039", (int)Match.No)]
    [InlineData("010103000003002986264e0000d2001800d0fe264e050704010e0c0000d205020002d00026002684e4", (int)Match.YesReversed)]
    [InlineData("010000000002000d0200007530", (int)Match.No)]
    public void It_is_known_by_its_check_byte(string bytes, int match) =>
        Assert.Equal((Match)match, HartIpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault()
    {
        byte[] frame = Seeds.Read("hart_ip", "read");
        frame[^1] ^= 1;
        Assert.Equal("hart_ip.malformed-frame", Assert.Single(Conversation.Of<HartIpAnalyser>([Said.Client(frame)], View).Faults).Id);
        Assert.Equal("hart_ip.malformed-header", Assert.Single(Conversation.Of<HartIpAnalyser>([Said.Client(1, 0, 77, 0, 0, 0, 0, 8)], View).Faults).Id);
    }
}
