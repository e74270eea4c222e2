using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Slmp;

namespace Wardkeeper.Sensor.Tests.Protocols.Slmp;

public sealed class SlmpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 5007);

    private static byte[] Answer(int end, params byte[] data) => [0xD0, 0, 0, 0xFF, 0xFF, 3, 0, (byte)(2 + data.Length), 0, (byte)end, (byte)(end >> 8), .. data];

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("slmp", "type")),
        Said.Server(Answer(0, [.. "Q03UDVCPU       "u8, 0x66, 3])),
        Said.Client(Seeds.Read("slmp", "stop")),
        Said.Server(Answer(0x4013)),
        Said.Client(Seeds.Read("slmp", "read")),
        Said.Server(0xD4, 0, 7, 0, 0, 0, 0, 0xFF, 0xFF, 3, 0, 6, 0, 0, 0, 1, 2, 3, 4),
        Said.Client(0x50, 0, 0, 0xFF, 0xFF, 3, 0, 12, 0, 0x10, 0, 0x30, 0x16, 0, 0, 4, 0, (byte)'1', (byte)'2', (byte)'3', (byte)'4'),
        Said.Server(Answer(0)),
        Said.Server(Answer(0)),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SlmpAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.DoesNotContain("1234", string.Concat(played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Model, Value: "Q03UDVCPU" });
    }

    private static readonly List<Said> AsciiSession =
    [
        Said.Client(Seeds.Read("slmp", "ascii-type")),
        Said.Server([.. "D00000FF03FF000018"u8, .. "0000Q03UDVCPU       0366"u8]),
        Said.Client(Seeds.Read("slmp", "ascii-read")),
        Said.Server([.. "D4000007000000FF03FF00000C"u8, .. "000012340002"u8]),
        Said.Client([.. "500000FF03FF000018"u8, .. "001016300000000412345678"u8]),
        Said.Server([.. "D00000FF03FF000004"u8, .. "C051"u8]),
    ];

    [Fact]
    public void Session_in_ascii_code_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SlmpAnalyser>(AsciiSession, View);
        Golden.Hold("ascii-session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.DoesNotContain("12345678", string.Concat(played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Model, Value: "Q03UDVCPU" });
    }

    [Fact]
    public void Cuts_of_ascii_code_change_nothing() => Splits.HoldFor<SlmpAnalyser>(AsciiSession, View);

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SlmpAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SlmpAnalyser>(Session, one => $"{((SlmpExchange)one).Command}", View);

    [Theory]
    [InlineData("500000ffff03000600100001010000", (int)Match.Yes)]
    [InlineData("540007000000", (int)Match.NeedMore)]
    [InlineData("540007000100", (int)Match.No)]
    [InlineData("50", (int)Match.NeedMore)]
    [InlineData("3530303030304646303346463030303030433030313030313031303030300a", (int)Match.Yes)]
    [InlineData("353030303030464630334646303030303043303031303939393930303030", (int)Match.No)]
    [InlineData("3530303030304646303446463030303030433030", (int)Match.No)]
    [InlineData("35303030", (int)Match.NeedMore)]
    [InlineData("353030204f4b0d0a", (int)Match.No)]
    [InlineData("4455505055505550", (int)Match.No)]
    [InlineData("500000ffff04000600100001010000", (int)Match.No)]
    [InlineData("500000ffff03000600100099990000", (int)Match.No)]
    [InlineData("504f5354202f20485454502f312e31", (int)Match.No)]
    public void It_is_known_by_its_head_and_command(string bytes, int match) =>
        Assert.Equal((Match)match, SlmpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, ServerPort = 1025, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal("slmp.malformed-header", Assert.Single(Conversation.Of<SlmpAnalyser>([Said.Client(0x51, 0, 0, 0xFF, 0xFF, 3, 0, 6, 0)], View).Faults).Id);
}
