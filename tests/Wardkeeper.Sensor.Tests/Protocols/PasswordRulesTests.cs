using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Imap;
using Wardkeeper.Sensor.Protocols.Mqtt;
using Wardkeeper.Sensor.Protocols.Pop3;
using Wardkeeper.Sensor.Protocols.Telnet;

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

    private static byte[] Connect()
    {
        byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
        byte[] body = [.. Text("MQTT"), 4, 0xC2, 0, 60, .. Text("pump"), .. Text("zhang"), .. Text(Secret)];
        return [0x10, (byte)body.Length, .. body];
    }
}
