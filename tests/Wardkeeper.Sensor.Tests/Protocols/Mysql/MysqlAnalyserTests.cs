using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Mysql;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Mysql;

public sealed class MysqlAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server(Packet(0, [10, .. "8.0.31"u8, 0, 1, 0, 0, 0, .. new byte[40]])),
        Said.Client(Packet(1, [0x0D, 0xA6, 0x0F, 0, 0, 0, 0, 1, 33, .. new byte[23], .. "lis"u8, 0, 4, 1, 2, 3, 4, .. "results"u8, 0, .. "mysql_native_password"u8, 0])),
        Said.Server(Packet(2, [0, 0, 0, 2, 0, 0, 0])),
        Said.Client(Packet(0, [3, .. "SELECT id, name FROM patient WHERE id = '4711'"u8])),
        Said.Server([.. Packet(1, [2]), .. Packet(2, [3, .. "def"u8]), .. Packet(3, [3, .. "def"u8]), .. Packet(4, [0xFE, 0, 0, 2, 0]), .. Packet(5, [1, (byte)'1', 1, (byte)'a']), .. Packet(6, [1, (byte)'2', 1, (byte)'b']), .. Packet(7, [0xFE, 0, 0, 2, 0])]),
        Said.Client(Packet(0, [3, .. "UPDATE patient SET ward = 'ICU'"u8])),
        Said.Server(Packet(1, [0, 12, 0, 2, 0, 0, 0])),
        Said.Client(Packet(0, [3, .. "DROP TABLE patient"u8])),
        Said.Server(Packet(1, [0xFF, 0x7A, 0x04, .. "#42S02"u8, .. "Unknown table 'patient'"u8])),
        Said.Client(Packet(0, [1])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says() => Golden.Hold("session", Conversation.Of<MysqlAnalyser>(Session).Lines);

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<MysqlAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<MysqlAnalyser>(Session, one => ((MysqlCommand)one).Cmd);

    [Fact]
    public void A_log_in_that_goes_on_encrypted_is_handed_over()
    {
        Conversation played = Conversation.Of<MysqlAnalyser>([Session[0], Said.Client(Packet(1, [0x0D, 0xAE, 0x0F, 0, 0, 0, 0, 1, 33, .. new byte[23]])), Said.Server(22, 3, 1, 0, 0)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.True(Assert.IsType<MysqlCommand>(Assert.Single(played.Transactions)).Encrypted);
    }

    [Fact]
    public void Versions_become_claims()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<MysqlAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "MySQL 8.0.31" } && one.Subject == Conversation.View().Server);
        Assert.Single(observed, one => one is ServiceSighting { Banner: "MySQL 8.0.31" });
    }

    [Theory]
    [InlineData("captures/lab/databases.pcap")]
    [InlineData("captures/ndpi/mysql.pcapng")]
    [InlineData("captures/arkime/mysql-deny.pcap")]
    [InlineData("captures/zeek/mysql/auth.pcap")]
    [InlineData("captures/zeek/mysql/plain-amazon-rds.pcap")]
    [InlineData("captures/zeek/mysql/caching_sha2_password.pcap")]
    [InlineData("captures/zeek/mysql/encrypted.pcap")]
    [InlineData("captures/zeek/mysql/change-user-error.pcap")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<MysqlCommand>.Of(capture)));

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("220 mail\r\n")]
    [InlineData("J\0\0\0\u000Aabc\0")]
    [InlineData("J\0\0\u0001\u000A8.0.31\0")]
    public void Others_are_not_taken_for_it(string server) =>
        Assert.Equal(Match.No, MysqlAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = Encoding.Latin1.GetBytes(server), FromStart = true }));

    private static byte[] Packet(byte number, byte[] content) => [(byte)content.Length, (byte)(content.Length >> 8), 0, number, .. content];
}
