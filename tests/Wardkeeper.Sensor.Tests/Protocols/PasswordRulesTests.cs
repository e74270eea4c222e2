using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Imap;
using Wardkeeper.Sensor.Protocols.Ldap;
using Wardkeeper.Sensor.Protocols.Mqtt;
using Wardkeeper.Sensor.Protocols.Pop3;
using Wardkeeper.Sensor.Protocols.Postgresql;
using Wardkeeper.Sensor.Protocols.Redis;
using Wardkeeper.Sensor.Protocols.Smtp;
using Wardkeeper.Sensor.Protocols.Socks;
using Wardkeeper.Sensor.Protocols.Tds;
using Wardkeeper.Sensor.Protocols.Telnet;
using Wardkeeper.Sensor.Protocols.Xmpp;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>Which rule a password breaks is all that leaves the sensor, and only of one that was taken.</summary>
public class PasswordRulesTests
{
    private const string Secret = "48151623";

    [Theory]
    [InlineData("admin", "", "empty")]
    [InlineData("nurse7", "Nurse7", "guessable")]
    [InlineData("root", "Password", "guessable")]
    [InlineData("zhang", "blau7", "shorter-than-8")]
    [InlineData("zhang", Secret, "digits-only")]
    [InlineData("zhang", "correct horse", null)]
    [InlineData("anonymous", "me@x", null)]
    [InlineData(null, "correct horse", null)]
    [InlineData("cn=directory7,dc=clinic", "Directory7", "guessable")]
    [InlineData("CLINIC\\nurse-west", "nurse-west", "guessable")]
    [InlineData("nurse-west@clinic.example", "nurse-west", "guessable")]
    public void The_first_rule_that_is_broken_is_told(string? user, string password, string? rule) => Assert.Equal(rule, PasswordRules.Broken(user, Encoding.UTF8.GetBytes(password)));

    [Fact]
    public void A_community_is_known_or_short()
    {
        Assert.Equal("guessable", PasswordRules.BrokenBy("PUBLIC"u8));
        Assert.Equal("shorter-than-8", PasswordRules.BrokenBy("blau7"u8));
        Assert.Null(PasswordRules.BrokenBy("a-long-community"u8));
        Assert.Null(PasswordRules.Broken("zhang", Encoding.ASCII.GetBytes(new string('x', 5_000))));
    }

    [Fact]
    public void Each_protocol_tells_the_rule_of_a_password_that_was_taken()
    {
        Holds(Conversation.Of<FtpAnalyser>([Said.Server("220 x\r\n"), Said.Client("USER zhang\r\n"), Said.Server("331 x\r\n"), Said.Client($"PASS {Secret}\r\n"), Said.Server("230 in\r\n")]));
        Holds(Conversation.Of<Pop3Analyser>([Said.Server("+OK x\r\n"), Said.Client("USER zhang\r\n"), Said.Server("+OK\r\n"), Said.Client($"PASS {Secret}\r\n"), Said.Server("+OK in\r\n")]));
        Holds(Conversation.Of<ImapAnalyser>([Said.Server("* OK IMAP4rev1 x\r\n"), Said.Client($"a1 LOGIN zhang \"{Secret}\"\r\n"), Said.Server("a1 OK in\r\n")]));
        Holds(Conversation.Of<TelnetAnalyser>([Said.Server("ct-2 login: "), Said.Client("zhang\r\n"), Said.Server("Password: "), Said.Client(Secret + "\r\n"), Said.Server("\r\nWelcome\r\n$ "), Said.Client("exit\r\n"), Said.Server("\r\nbye\r\n")]));
        Holds(Conversation.Of<HttpAnalyser>([Said.Client($"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("zhang:" + Secret))}\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]));
        Holds(Conversation.Of<MqttAnalyser>([new Said(Side.Client, Connect()), Said.Server(0x20, 2, 0, 0)]));
        Holds(Conversation.Of<SocksAnalyser>([Said.Client(5, 1, 2), Said.Server(5, 2), new Said(Side.Client, [1, 5, .. "zhang"u8, 8, .. Encoding.ASCII.GetBytes(Secret)]), Said.Server(1, 0), Said.Client(5, 1, 0, 1, 10, 0, 0, 1, 0, 80), Said.Server(5, 0, 0, 1, 10, 0, 0, 2, 4, 0)]));
    }

    [Fact]
    public void A_directory_and_mail_servers_tell_the_rule_as_well()
    {
        Holds(Conversation.Of<LdapAnalyser>([new Said(Side.Client, Bind()), new Said(Side.Server, Bound(0))]));
        Holds(Conversation.Of<SmtpAnalyser>([Said.Server("220 x ESMTP\r\n"), Said.Client("EHLO pump\r\n"), Said.Server("250 AUTH PLAIN\r\n"), Said.Client($"AUTH PLAIN {Plain}\r\n"), Said.Server("235 in\r\n"), Said.Client("QUIT\r\n"), Said.Server("221 bye\r\n")]));
        Holds(Conversation.Of<SmtpAnalyser>([Said.Server("220 x ESMTP\r\n"), Said.Client("EHLO pump\r\n"), Said.Server("250 AUTH LOGIN\r\n"), Said.Client("AUTH LOGIN\r\n"), Said.Server("334 VXNlcm5hbWU6\r\n"), Said.Client(Base("zhang") + "\r\n"), Said.Server("334 UGFzc3dvcmQ6\r\n"), Said.Client(Base(Secret) + "\r\n"), Said.Server("235 in\r\n"), Said.Client("QUIT\r\n"), Said.Server("221 bye\r\n")]));
        Holds(Conversation.Of<ImapAnalyser>([Said.Server("* OK IMAP4rev1 x\r\n"), Said.Client("a1 AUTHENTICATE PLAIN\r\n"), Said.Server("+ \r\n"), Said.Client(Plain + "\r\n"), Said.Server("a1 OK in\r\n")]));
        Holds(Conversation.Of<Pop3Analyser>([Said.Server("+OK x\r\n"), Said.Client("CAPA\r\n"), Said.Server("-ERR no\r\n"), Said.Client("AUTH PLAIN\r\n"), Said.Server("+ \r\n"), Said.Client(Plain + "\r\n"), Said.Server("+OK in\r\n")]));
        Holds(Conversation.Of<XmppAnalyser>([Said.Client("<stream:stream xmlns='jabber:client' to='clinic' xmlns:stream='http://etherx.jabber.org/streams'>"), Said.Server("<stream:stream from='clinic'><stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>"), Said.Client($"<auth mechanism='PLAIN'>{Plain}</auth>"), Said.Server("<success/>"), Said.Client("</stream:stream>")]));
    }

    [Fact]
    public void A_bind_without_a_password_or_with_a_wrong_one_says_nothing_of_it()
    {
        Assert.DoesNotContain(Conversation.Of<LdapAnalyser>([new Said(Side.Client, Bind()), new Said(Side.Server, Bound(49))]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<LdapAnalyser>([new Said(Side.Client, Bind("")), new Said(Side.Server, Bound(0))]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<SmtpAnalyser>([Said.Server("220 x ESMTP\r\n"), Said.Client("EHLO pump\r\n"), Said.Server("250 AUTH PLAIN\r\n"), Said.Client($"AUTH PLAIN {Plain}\r\n"), Said.Server("535 no\r\n"), Said.Client("QUIT\r\n"), Said.Server("221 bye\r\n")]).Observe(), IsWeak);
    }

    [Fact]
    public void Databases_tell_the_rule_where_the_password_is_readable()
    {
        Holds(Conversation.Of<RedisAnalyser>([Said.Client($"*3\r\n$4\r\nAUTH\r\n$5\r\nzhang\r\n$8\r\n{Secret}\r\n"), Said.Server("+OK\r\n")]));
        Holds(Conversation.Of<RedisAnalyser>([Said.Client("PING\r\n"), Said.Server("+PONG\r\n"), Said.Client($"auth zhang {Secret}\r\n"), Said.Server("+OK\r\n")]));
        Holds(Conversation.Of<RedisAnalyser>([Said.Client($"*7\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nauth\r\n$5\r\nzhang\r\n$8\r\n{Secret}\r\n$7\r\nSETNAME\r\n$4\r\npump\r\n"), Said.Server("%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n")]));
        Holds(Conversation.Of<PostgresqlAnalyser>(Postgresql(3, 0)));
        Holds(Conversation.Of<TdsAnalyser>(Tds([0xAD, 10, 0, 1, 0x74, 0, 0, 4, 0, 15, 0, 0x10, 0x1E])));
    }

    [Fact]
    public void Databases_say_nothing_of_passwords_that_were_refused_or_are_not_readable()
    {
        Assert.DoesNotContain(Conversation.Of<RedisAnalyser>([Said.Client($"*2\r\n$4\r\nAUTH\r\n$8\r\n{Secret}\r\n"), Said.Server("-WRONGPASS no\r\n")]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<RedisAnalyser>([Said.Client($"*3\r\n$3\r\nSET\r\n$4\r\nAUTH\r\n$8\r\n{Secret}\r\n"), Said.Server("+OK\r\n")]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<PostgresqlAnalyser>(Postgresql(5, 0)).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<PostgresqlAnalyser>(Postgresql(3, null)).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<TdsAnalyser>(Tds([0xAA, 6, 0, 0x18, 0x48, 0, 0, 1, 14])).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<TdsAnalyser>(Tds([0xAD, 10, 0, 1, 0x74, 0, 0, 4, 0, 15, 0, 0x10, 0x1E], 0x80)).Observe(), IsWeak);
    }

    [Fact]
    public void A_password_without_a_user_is_judged_and_cuts_change_nothing()
    {
        List<Said> said = [Said.Client("*2\r\n$4\r\nAUTH\r\n$0\r\n\r\n*2\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n"), Said.Server("+OK\r\n+OK\r\n")];
        Assert.Equal(["-: empty", "-: guessable"], Conversation.Of<RedisAnalyser>(said).Observe().Where(IsWeak).Select(one => ((Claim)one).Value));
        Splits.HoldFor<RedisAnalyser>(said);
        Splits.HoldFor<PostgresqlAnalyser>(Postgresql(3, 0));
        Splits.HoldFor<TdsAnalyser>(Tds([0xAD, 10, 0, 1, 0x74, 0, 0, 4, 0, 15, 0, 0x10, 0x1E]));
    }

    [Fact]
    public void A_password_that_was_refused_is_a_guess_and_no_ones()
    {
        Assert.DoesNotContain(Conversation.Of<FtpAnalyser>([Said.Server("220 x\r\n"), Said.Client("USER zhang\r\n"), Said.Server("331 x\r\n"), Said.Client($"PASS {Secret}\r\n"), Said.Server("530 no\r\n")]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<ImapAnalyser>([Said.Server("* OK IMAP4rev1 x\r\n"), Said.Client($"a1 LOGIN zhang {Secret}\r\n"), Said.Server("a1 NO no\r\n")]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<HttpAnalyser>([Said.Client("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n"), Said.Server("HTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n")]).Observe(), IsWeak);
        Assert.DoesNotContain(Conversation.Of<MqttAnalyser>([new Said(Side.Client, Connect()), Said.Server(0x20, 2, 0, 4)]).Observe(), IsWeak);
    }

    private static void Holds(Conversation said)
    {
        IReadOnlyList<Observation> seen = said.Observe();
        Assert.Equal("zhang: digits-only", Assert.IsType<Claim>(Assert.Single(seen, IsWeak)).Value);
        Assert.Single(said.Lines, line => line.Contains("\"password_rule\":\"digits-only\"", StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, string.Concat(said.Lines) + string.Concat(seen), StringComparison.Ordinal);
    }

    private static bool IsWeak(Observation seen) => seen is Claim { Kind: ClaimKind.WeakPassword };

    private static string Plain => Base("\0zhang\0" + Secret);

    private static string Base(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    /// <summary>A simple bind. RFC 4511, section 4.2.</summary>
    private static byte[] Bind(string secret = Secret)
    {
        byte[] body = [2, 1, 3, 4, 5, .. "zhang"u8, 0x80, (byte)secret.Length, .. Encoding.ASCII.GetBytes(secret)];
        return [0x30, (byte)(body.Length + 5), 2, 1, 1, 0x60, (byte)body.Length, .. body];
    }

    private static byte[] Bound(byte result) => [0x30, 12, 2, 1, 1, 0x61, 7, 0x0A, 1, result, 4, 0, 4, 0];

    /// <summary>A log-in to PostgreSQL that the server asks for by a method, and answers with a code; null refuses it.</summary>
    private static List<Said> Postgresql(byte method, byte? answer)
    {
        byte[] proof = [.. Encoding.ASCII.GetBytes(Secret), 0];
        return
        [
            Said.Client([0, 0, 0, 20, 0, 3, 0, 0, .. "user\0zhang\0\0"u8]),
            Said.Server([(byte)'R', 0, 0, 0, 8, 0, 0, 0, method]),
            Said.Client([(byte)'p', 0, 0, 0, (byte)(proof.Length + 4), .. proof]),
            Said.Server(answer is { } code ? [(byte)'R', 0, 0, 0, 8, 0, 0, 0, code, (byte)'Z', 0, 0, 0, 5, (byte)'I'] : [(byte)'E', 0, 0, 0, 12, .. "C28P01\0\0"u8]),
        ];
    }

    /// <summary>A log-in to SQL Server outside TLS, answered with a token. The password's bytes are turned: halves exchanged, then masked.</summary>
    private static List<Said> Tds(byte[] answer, byte options = 0)
    {
        byte[] login = new byte[94], user = Encoding.Unicode.GetBytes("zhang"), secret = [.. Encoding.Unicode.GetBytes(Secret).Select(one => (byte)(((one << 4) | (one >> 4)) ^ 0xA5))];
        (login[0], login[4], login[7], login[25]) = ((byte)(94 + user.Length + secret.Length), 4, 0x74, options);
        (login[40], login[42], login[44], login[46]) = (94, 5, (byte)(94 + user.Length), (byte)Secret.Length);
        byte[] content = [.. login, .. user, .. secret], reply = [.. answer, 0xFD, .. new byte[12]];
        return [Said.Client([16, 1, 0, (byte)(content.Length + 8), 0, 0, 1, 0, .. content]), Said.Server([4, 1, 0, (byte)(reply.Length + 8), 0, 0, 1, 0, .. reply])];
    }

    private static byte[] Connect()
    {
        byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
        byte[] body = [.. Text("MQTT"), 4, 0xC2, 0, 60, .. Text("pump"), .. Text("zhang"), .. Text(Secret)];
        return [0x10, (byte)body.Length, .. body];
    }
}
