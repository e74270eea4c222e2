using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tds;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Tds;

public sealed class TdsAnalyserTests
{
    private static readonly byte[] Options = [0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 15, 0, 0x10, 0x1E, 0, 0, 2];

    private static readonly List<Said> Session =
    [
        Said.Client(Packet(18, Options)),
        Said.Server(Packet(4, Options)),
        Said.Client(Packet(16, Login("KIOSK7", "lis", "Result viewer", "results"))),
        Said.Server(Packet(4, [0xAD, 10, 0, 1, 0x74, 0, 0, 4, 0, 15, 0, 0x10, 0x1E, .. Done(0, 0)])),
        Said.Client(Packet(1, [22, 0, 0, 0, 18, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, .. Encoding.Unicode.GetBytes("SELECT name FROM patient WHERE id = 4711")])),
        Said.Server([.. Packet(4, new byte[100], isLast: false), .. Packet(4, [.. new byte[50], .. Done(0x10, 7)])]),
        Said.Client(Packet(1, Encoding.Unicode.GetBytes("DROP TABLE patient"))),
        Said.Server(Packet(4, [0xAA, 20, 0, 0x7A, 0x0E, 0, 0, .. new byte[16], .. Done(2, 0)])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says() => Golden.Hold("session", Conversation.Of<TdsAnalyser>(Session).Lines);

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<TdsAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<TdsAnalyser>(Session, one => ((TdsRequest)one).Command + ((TdsRequest)one).Argument);

    [Fact]
    public void Both_sides_are_known_by_what_they_say()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<TdsAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "Microsoft SQL Server 15.0.4126" } && one.Subject == Conversation.View().Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "KIOSK7" } && one.Subject == Conversation.View().Client);
    }

    [Fact]
    public void A_sealed_log_in_hides_itself_and_nothing_else()
    {
        byte[] off = [.. Options[..17], 0];
        List<Said> said = [Said.Client(Packet(18, off)), Said.Server(Packet(4, off)), Said.Client(0x17, 3, 3, 0, 4, 9, 9, 9, 9), Said.Server(Packet(4, Done(0, 0))), Session[6], Session[7]];
        Assert.Equal(["prelogin", "batch"], Conversation.Of<TdsAnalyser>(said).Transactions.Select(one => ((TdsRequest)one).Command));
        Splits.HoldFor<TdsAnalyser>(said);
        said[1] = Said.Server(Packet(4, [.. Options[..17], 1]));
        Assert.Equal(Continuation.Done, Conversation.Of<TdsAnalyser>(said).Outcome);
    }

    [Theory]
    [InlineData("captures/ndpi/mssql_tds.pcap")]
    public void Captures_give_their_requests(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<TdsRequest>.Of(capture)));

    [Fact]
    public void Others_are_not_taken_for_it()
    {
        Assert.Equal(Match.No, Ask([18, 1, 0, 26, 0, 0, 0, 0, 1, 0, 11, 0, 6, 1, 0, 17, 0, 1]));
        Assert.Equal(Match.No, Ask([16, 1, 0, 100, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0x74, 0, 0]));
    }

    private static Match Ask(byte[] client) => TdsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, FromStart = true });

    private static byte[] Packet(byte kind, byte[] content, bool isLast = true) => [kind, isLast ? (byte)1 : (byte)0, (byte)((content.Length + 8) >> 8), (byte)(content.Length + 8), 0, 0, 1, 0, .. content];

    private static byte[] Done(byte status, byte rows) => [0xFD, status, 0, 0, 0, rows, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Login(string host, string user, string application, string database)
    {
        byte[] fixedPart = new byte[94];
        fixedPart[4] = 4;
        fixedPart[7] = 0x74;
        List<byte> texts = [];
        foreach ((int pointer, string text) in ((int, string)[])[(36, host), (40, user), (48, application), (68, database)])
        {
            int offset = 94 + texts.Count;
            (fixedPart[pointer], fixedPart[pointer + 1], fixedPart[pointer + 2]) = ((byte)offset, (byte)(offset >> 8), (byte)text.Length);
            texts.AddRange(Encoding.Unicode.GetBytes(text));
        }
        (fixedPart[0], fixedPart[1]) = ((byte)(94 + texts.Count), (byte)((94 + texts.Count) >> 8));
        return [.. fixedPart, .. texts];
    }
}
