using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Knx;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Knx;

public sealed class KnxAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 40000, 3671);

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("kip", "search")),
        Said.Server(Seeds.Read("kip", "found")),
        Said.Client(Seeds.Read("kip", "connect")),
        Said.Server(6, 0x10, 2, 6, 0, 0x14, 1, 0, 8, 1, 10, 0, 0, 2, 0x0E, 0x57, 4, 4, 0x11, 5),
        Said.Client(Seeds.Read("kip", "telegram")),
        Said.Server(6, 0x10, 4, 0x21, 0, 10, 4, 1, 5, 0),
        Said.Client(6, 0x10, 2, 9, 0, 16, 1, 0, 8, 1, 10, 0, 0, 1, 1, 1),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<KnxAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        string[] claims = [.. played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}")];
        Assert.Equal(["Role knx-gateway", "FriendlyName IP-Gateway ward 3", "SerialNumber 00c501020304", "AnnouncedService knx 1.1.1", "OtherMac 00:0e:8c:00:12:34"], claims);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<KnxAnalyser>(Session, Conversation.View(serverPort: 3671));

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<KnxAnalyser>(Session, null, Conversation.View(serverPort: 3671));

    [Fact]
    public void A_capture_gives_its_messages() => Golden.Hold("knxip", Conversation.Render(CaptureRows<KnxMessage>.Of("captures/ndpi/knxip.pcapng")));

    [Theory]
    [InlineData("06100201000e0801c0a858e7a17f", (int)Match.Yes)]
    [InlineData("06100201000f0801c0a858e7a17f", (int)Match.No)]
    [InlineData("06100301000e0801c0a858e7a17f", (int)Match.No)]
    [InlineData("0610020a00080100", (int)Match.YesReversed)]
    public void It_is_known_by_header_service_and_length(string bytes, int match) =>
        Assert.Equal((Match)match, KnxAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault()
    {
        byte[] frame = Seeds.Read("kip", "found");
        frame[14] = 1;
        Assert.Equal("kip.malformed-structure", Assert.Single(Conversation.Of<KnxAnalyser>([Said.Server(frame)], View).Faults).Id);
        Assert.Equal("kip.malformed-header", Assert.Single(Conversation.Of<KnxAnalyser>([Said.Server(6, 0x10, 2, 1, 0, 5)], View).Faults).Id);
    }
}
