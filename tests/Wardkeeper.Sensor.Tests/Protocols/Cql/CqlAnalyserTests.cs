using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Cql;

namespace Wardkeeper.Sensor.Tests.Protocols.Cql;

public sealed class CqlAnalyserTests
{
    private static readonly byte[] Id = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    private static readonly List<Said> Session =
    [
        Said.Client(Frame(4, 0, 5, [])),
        Said.Server(Frame(0x84, 0, 6, [0, 1, .. Text("CQL_VERSION"), 0, 1, .. Text("3.4.4")])),
        Said.Client(Frame(4, 1, 1, [0, 3, .. Text("CQL_VERSION"), .. Text("3.0.0"), .. Text("DRIVER_NAME"), .. Text("DataStax Java driver"), .. Text("DRIVER_VERSION"), .. Text("4.17.0")])),
        Said.Server(Frame(0x84, 1, 3, Text("org.apache.cassandra.auth.PasswordAuthenticator"))),
        Said.Client(Frame(4, 2, 15, [0, 0, 0, 13, 0, .. "ward\0secret!"u8])),
        Said.Server(Frame(0x84, 2, 16, [0xFF, 0xFF, 0xFF, 0xFF])),
        Said.Client([.. Frame(4, 3, 7, [.. Long("USE monitoring"), 0, 1, 0]), .. Frame(4, 4, 9, Long("SELECT hr FROM vitals WHERE patient = 'Zhang'"))]),
        Said.Server([.. Frame(0x84, 4, 8, [0, 0, 0, 4, 0, 16, .. Id]), .. Frame(0x84, 3, 8, [0, 0, 0, 3, .. Text("monitoring")])]),
        Said.Client(Frame(4, 5, 10, [0, 16, .. Id, 0, 1, 0])),
        Said.Server(Frame(0x84, 5, 8, [0, 0, 0, 2, .. new byte[3000]])),
        Said.Client(Frame(4, 6, 7, [.. Long("DROP TABLE vitals"), 0, 1, 0])),
        Said.Server(Frame(0x84, 6, 0, [0, 0, 0x21, 0, .. Text("no permission")])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<CqlAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "DataStax Java driver 4.17.0" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<CqlAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<CqlAnalyser>(Session, one => ((CqlRequest)one).Operation);

    [Fact]
    public void Version_five_ends_with_its_start()
    {
        Conversation played = Conversation.Of<CqlAnalyser>([Said.Client(Frame(5, 1, 1, [0, 1, .. Text("CQL_VERSION"), .. Text("3.0.0")])), Said.Server(Frame(0x85, 1, 2, [])), Said.Client(1, 2, 3)]);
        Assert.Equal((Continuation.Done, "ready"), (played.Outcome, Assert.IsType<CqlRequest>(Assert.Single(played.Transactions)).Result));
    }

    [Fact]
    public void Frames_that_cannot_be_are_faults()
    {
        Assert.Equal([CqlFaults.MalformedFrame], Conversation.Of<CqlAnalyser>([Said.Client(9, 0, 0, 0, 1)]).Faults);
        Assert.Equal([CqlFaults.MalformedBody], Conversation.Of<CqlAnalyser>([Said.Client(Frame(4, 0, 1, [0, 9, 0, 50]))]).Faults);
    }

    [Theory]
    [InlineData("\u0004\0\0\0\u0005\0\0\0\0", true, Match.Yes)]
    [InlineData("\u0004\0\0\0\u0005\0\0\0\u0001x", true, Match.No)]
    [InlineData("\u0004\0\0\0\u0001\0\0\0\u0016\0\u0001\0\u000BCQL_VERSION\0\u00053.0.0", true, Match.Yes)]
    [InlineData("\u0004\0\0\0\u0001\0\0\0\u0016\0\u0001\0\u000B", true, Match.NeedMore)]
    [InlineData("\u0004\0\0\0\u0007\0\0\0\u0010\0\0\0\u000CSELECT a FRO", false, Match.Yes)]
    [InlineData("\u0004\0\0\0\u0007\0\0\0\u0010\0\0\0\u000CSELECT a FRO", true, Match.No)]
    [InlineData("\u0005\0\u000B\u0003\u0010\0\0\0H", true, Match.No)]
    public void Starts_are_recognised(string client, bool fromStart, object match) =>
        Assert.Equal(match, CqlAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = fromStart }));

    private static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Long(string text) => [0, 0, .. Text(text)];

    private static byte[] Frame(byte version, byte stream, byte operation, byte[] body) => [version, 0, 0, stream, operation, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}
