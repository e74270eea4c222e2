using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Postgresql;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Postgresql;

public sealed class PostgresqlAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F),
        Said.Server("N"),
        Said.Client(Counted([0, 3, 0, 0, .. "user\0lis\0database\0results\0application_name\0psql\0\0"u8])),
        Said.Server([.. Message('R', [0, 0, 0, 5, 1, 2, 3, 4])]),
        Said.Client(Message('p', "md5secret\0"u8)),
        Said.Server([.. Message('R', [0, 0, 0, 0]), .. Message('S', "server_version\015.4\0"u8), .. Message('Z', "I"u8)]),
        Said.Client(Message('Q', "SELECT name FROM patient WHERE id = '4711'\0"u8)),
        Said.Server([.. Message('T', [0, 1, .. new byte[30]]), .. Message('D', [0, 1, 0, 0, 0, 1, 65]), .. Message('D', [0, 1, 0, 0, 0, 1, 66]), .. Message('C', "SELECT 2\0"u8), .. Message('Z', "I"u8)]),
        Said.Client(Message('Q', "DROP TABLE patient\0"u8)),
        Said.Server([.. Message('E', "SERROR\0C42P01\0Mtable \"patient\" does not exist\0\0"u8), .. Message('Z', "I"u8)]),
        Said.Client(Message('X', default)),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<PostgresqlAnalyser>(Session);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<PostgresqlAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<PostgresqlAnalyser>(Session, one => ((PostgresqlRequest)one).Frontend + ((PostgresqlRequest)one).FrontendArg);

    [Fact]
    public void An_encrypted_session_is_handed_over()
    {
        Conversation played = Conversation.Of<PostgresqlAnalyser>([Session[0], Said.Server("S"), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
    }

    [Fact]
    public void Versions_become_claims()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<PostgresqlAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "PostgreSQL 15.4" } && one.Subject == Conversation.View().Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "psql" } && one.Subject == Conversation.View().Client);
    }

    [Theory]
    [InlineData("captures/lab/databases.pcap")]
    [InlineData("captures/ndpi/pgsql2.pcapng")]
    [InlineData("captures/arkime/postgres-badpass.pcap")]
    [InlineData("captures/arkime/postgres-good.pcap")]
    [InlineData("captures/zeek/postgresql/psql-login-wrong.pcap")]
    [InlineData("captures/zeek/postgresql/psql-create-insert-select-delete-drop.pcap")]
    [InlineData("captures/zeek/postgresql/psql-insert-fail-drop-fail.pcap")]
    [InlineData("captures/zeek/postgresql/bad-startup-message-1.pcap")]
    [InlineData("captures/zeek/postgresql/http-on-port-5432.pcap")]
    public void Captures_give_their_requests(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<PostgresqlRequest>.Of(capture)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\0\0\0\u0008\u0004\u00D2\u0016\u0031")]
    [InlineData("\0\0\0\u0020\0\u0003\0\0\u0001abcdefgh")]
    public void Others_are_not_taken_for_it(string client) =>
        Assert.Equal(Match.No, PostgresqlAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    private static byte[] Message(char kind, ReadOnlySpan<byte> content) => [(byte)kind, .. Counted(content)];

    private static byte[] Counted(ReadOnlySpan<byte> content)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length + 4);
        return [.. length, .. content];
    }
}
