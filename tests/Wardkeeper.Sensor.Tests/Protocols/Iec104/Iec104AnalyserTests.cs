using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Iec104;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Iec104;

public sealed class Iec104AnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 2404);

    private static readonly List<Said> Session =
    [
        Said.Client(0x68, 4, 7, 0, 0, 0),
        Said.Server(0x68, 4, 0x0B, 0, 0, 0),
        Said.Client(0x68, 14, 0, 0, 0, 0, 100, 1, 6, 0, 3, 0, 0, 0, 0, 20),
        Said.Server(0x68, 14, 0, 0, 2, 0, 100, 1, 7, 0, 3, 0, 0, 0, 0, 20),
        Said.Server(Seeds.Read("iec60870_104", "measured")),
        Said.Server(Seeds.Read("iec60870_104", "measured")),
        Said.Client(0x68, 4, 1, 0, 4, 0),
        Said.Client(Seeds.Read("iec60870_104", "command")),
        Said.Server(0x68, 14, 0xA2, 0, 0x2E, 0, 0x2D, 1, 0x47, 0, 3, 0, 0x94, 0x11, 0, 0x81),
        Said.Client(0x68, 14, 2, 0, 2, 0, 46, 1, 6, 0, 3, 0, 1, 0, 0, 2),
    ];

    /// <summary>A data unit: its type, its number of objects (128 more for a sequence), its cause, its station, its objects.</summary>
    private static byte[] Unit(byte type, byte objects, byte cause, byte station, params byte[] content) =>
        [0x68, (byte)(10 + content.Length), 0, 0, 0, 0, type, objects, cause, 0, station, 0, .. content];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<Iec104Analyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<Iec104Analyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<Iec104Analyser>(Session, one => $"{((Iec104Message)one).Kind} {((Iec104Message)one).Type}", View);

    [Theory]
    [InlineData("captures/ndpi/IEC104.pcap")]
    [InlineData("captures/ics-security-tools/IEC60870-5-104/090813_diverse.pcap")]
    public void Captures_give_their_commands_and_reports(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<Iec104Message>.Of(capture)));

    [Fact]
    public void Every_object_and_every_station_has_its_row()
    {
        Conversation played = Conversation.Of<Iec104Analyser>(
        [
            Said.Client(Unit(48, 2, 6, 3, 0x64, 0, 0, 1, 0, 0, 0x65, 0, 0, 2, 0, 0)),
            Said.Server(Unit(48, 1, 7, 3, 0x65, 0, 0, 2, 0, 0)),
            Said.Client(Unit(45, 0x83, 6, 3, 0x10, 0, 0, 1, 0, 0x81)),
            Said.Server(Unit(1, 2, 3, 3, 1, 0, 0, 1, 2, 0, 0, 0)),
            Said.Server(Unit(1, 0x85, 20, 4, 1, 0, 0, 1, 0, 1, 0, 1)),
            Said.Server(Unit(1, 1, 3, 4, 1, 0, 0, 1)),
        ],
        View);
        Golden.Hold("objects", played.Lines);
    }

    [Theory]
    [InlineData("680407000000", (int)Match.Yes)]
    [InlineData("68040b000000", (int)Match.YesReversed)]
    [InlineData("680407000001", (int)Match.No)]
    [InlineData("680e2c00a2002d010600030094110081", (int)Match.Yes)]
    [InlineData("680e2c00a2002d010700030094110081", (int)Match.YesReversed)]
    [InlineData("680e2c00a2002a010600030094110081", (int)Match.No)]
    [InlineData("6804", (int)Match.NeedMore)]
    [InlineData("6803", (int)Match.No)]
    public void It_is_known_by_control_fields_types_and_causes(string bytes, int match) =>
        Assert.Equal((Match)match, Iec104Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal("iec104.malformed-message", Assert.Single(Conversation.Of<Iec104Analyser>([Said.Client(0x69, 4, 7, 0, 0, 0)], View).Faults).Id);
        Assert.Equal("iec104.malformed-message", Assert.Single(Conversation.Of<Iec104Analyser>([Said.Client(0x68, 5, 0, 0, 0, 0, 1)], View).Faults).Id);
    }
}
