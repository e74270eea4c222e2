using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Who guesses passwords, protocol by protocol, and who only mistypes.</summary>
public class GuessingTests
{
    private const string Who = "10.0.1.5", Server = "10.0.9.9";

    /// <summary>A failed and a successful log-in of each protocol, as its rows show them.</summary>
    public static TheoryData<string, string, string, string> Protocols => new()
    {
        { "ftp", "ftp", """{"command":"PASS","user":"admin","reply_code":530}""", """{"command":"PASS","user":"admin","reply_code":230}""" },
        { "telnet", "telnet", """{"kind":"login","user":"admin","success":false}""", """{"kind":"login","user":"admin","success":true}""" },
        { "ssh_session", "ssh", """{"shape":"short","client_bytes":240,"server_bytes":512,"client_turns":4,"server_turns":4}""", """{"client_bytes":648,"server_bytes":980,"client_turns":8,"server_turns":8}""" },
        { "http", "http", """{"method":"GET","uri":"/","status_code":401,"username":"admin"}""", """{"method":"GET","uri":"/","status_code":200,"username":"admin"}""" },
        { "mysql", "mysql", """{"cmd":"login","arg":"root","success":false,"error":1045}""", """{"cmd":"login","arg":"root","success":true}""" },
        { "postgresql", "postgresql", """{"user":"postgres","success":false,"backend_arg":"28P01","authentication":"sasl"}""", """{"user":"postgres","success":true,"authentication":"sasl"}""" },
        { "tds", "tds", """{"command":"login","user":"sa","success":false,"error":18456}""", """{"command":"login","user":"sa","success":true}""" },
        { "tns_login", "tns", """{"user":"system","success":false,"error":1017}""", """{"user":"system","success":true}""" },
        { "redis", "redis", """{"cmd_name":"AUTH","user":"default","success":false,"error":"WRONGPASS"}""", """{"cmd_name":"AUTH","user":"default","success":true}""" },
        { "rfb", "vnc", """{"authentication_method":"VNC","auth":false,"user":"admin"}""", """{"authentication_method":"VNC","auth":true}""" },
        { "mqtt_connect", "mqtt", """{"user":"admin","connect_status":"Refused: bad user name or password"}""", """{"user":"admin","connect_status":"Connection Accepted"}""" },
        { "smtp", "smtp", """{"auth_mechanism":"PLAIN","auth_user":"admin","auth_success":false}""", """{"auth_mechanism":"PLAIN","auth_user":"admin","auth_success":true}""" },
        { "imap", "imap", """{"command":"LOGIN","user":"admin","result":"NO"}""", """{"command":"LOGIN","user":"admin","result":"OK"}""" },
        { "pop3", "pop3", """{"command":"PASS","user":"admin","success":false}""", """{"command":"PASS","user":"admin","success":true}""" },
        { "sip", "sip", """{"auth_user":"admin","status_code":403}""", """{"auth_user":"admin","status_code":200}""" },
        { "socks", "socks", """{"user":"admin","auth_success":false}""", """{"user":"admin","auth_success":true}""" },
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Ten_failures_in_a_minute_are_guessing_and_three_before_a_success_are_not(string log, string protocol, string failed, string succeeded)
    {
        Scene guessing = new();
        for (int i = 0; i < 10; i++) guessing.Says(log, Who, Server, 4000, failed);
        Finding finding = guessing.Fires("brute-force");
        Assert.Equal((protocol, Who), (finding.Facts.Single(fact => fact.Name == "protocol").Observed, finding.Subject.Address));
        Assert.Equal(Severity.Medium, finding.Severity);
        Scene mistyping = new();
        for (int i = 0; i < 12; i++) mistyping.Says(log, Who, Server, 4000, i % 4 == 3 ? succeeded : failed);
        mistyping.IsSilent();
        Assert.Equal(Severity.High, guessing.Says(log, Who, Server, 4000, succeeded).Fires("brute-force").Severity);
    }

    [Theory]
    [InlineData("mongodb", """{"command":"saslContinue","success":false,"error":18,"user":"admin"}""", 10)]
    [InlineData("amqp_connection", """{"user":"guest","reply_code":403}""", 10)]
    [InlineData("xmpp", """{"user":"admin","success":false}""", 10)]
    [InlineData("smb", """{"mechanism":"plain","user":"admin","success":false}""", 8)]
    [InlineData("ntlm", """{"username":"administrator","response":"NTLMv2","success":false}""", 8)]
    [InlineData("ldap", """{"opcode":"bind simple","object":"cn=admin,dc=x","password":"<hidden>","result":"invalid credentials"}""", 8)]
    [InlineData("kerberos", """{"request_type":"AS","client":"administrator/X","error_msg":"KDC_ERR_PREAUTH_FAILED"}""", 8)]
    [InlineData("rdp", """{"cookie":"a","result":"encrypted"}""", 15)]
    [InlineData("dicom", """{"kind":"association","user_identity_type":"username-and-passcode","result":"rejected"}""", 25)]
    [InlineData("snmp", """{"version":"2c","get_requests":30,"get_responses":1}""", 1)]
    public void Other_protocols_have_bounds_of_their_own(string log, string failed, int needed)
    {
        Scene scene = new();
        for (int i = 1; i < needed; i++) scene.Says(log, Who, Server, 4000, failed);
        scene.IsSilent();
        scene.Says(log, Who, Server, 4000, failed).Fires("brute-force");
    }

    [Theory]
    [InlineData("http", """{"method":"GET","uri":"/","status_code":401}""")]
    [InlineData("kerberos", """{"request_type":"AS","client":"li/X","error_msg":"KDC_ERR_PREAUTH_REQUIRED"}""")]
    [InlineData("redis", """{"cmd_name":"GET","success":false,"error":"NOAUTH"}""")]
    [InlineData("sip", """{"method":"REGISTER","status_code":401}""")]
    [InlineData("snmp", """{"version":"2c","get_requests":30}""")]
    [InlineData("ntlm", """{"response":"anonymous","success":false}""")]
    [InlineData("postgresql", """{"user":"his","success":false,"backend_arg":"3D000"}""")]
    [InlineData("ssh_session", """{"shape":"short","client_bytes":104,"server_bytes":436,"client_turns":2,"server_turns":3}""")]
    public void What_is_no_failed_log_in_does_not_count(string log, string row)
    {
        Scene scene = new();
        for (int i = 0; i < 60; i++) scene.Says(log, Who, Server, 4000, row);
        scene.IsSilent();
    }

    [Fact]
    public void A_program_with_an_outdated_password_is_silent()
    {
        Scene stale = new();
        for (int i = 0; i < 500; i++) stale.Says("mysql", Who, Server, 3306, """{"cmd":"login","arg":"his_app","success":false}""").Later(TimeSpan.FromSeconds(4));
        stale.IsSilent();
        Scene declared = new("declaredScanners: 10.0.1.5");
        for (int i = 0; i < 20; i++) declared.Says("mysql", Who, Server, 3306, """{"cmd":"login","arg":"root","success":false}""");
        declared.IsSilent();
    }

    [Fact]
    public void Failures_at_the_same_time_or_faster_than_a_person_are_guessing()
    {
        Scene Telnet(int times, long opened, int within = 0)
        {
            Scene scene = new();
            for (int i = 0; i < times; i++) scene.Row("telnet", """{"kind":"login","user":"admin","success":false}""", Who, Server, 23, opened: opened).Later(TimeSpan.FromSeconds(-within));
            return scene;
        }
        Assert.Equal("yes", Telnet(4, opened: 3).Fires("brute-force").Facts.Single(fact => fact.Name == "at-once").Observed);
        Telnet(3, opened: 3).IsSilent();
        Telnet(4, opened: 0, within: 1).Fires("brute-force");
        Telnet(9, opened: 0).IsSilent();
    }

    [Fact]
    public void Slow_guesses_add_up_over_an_hour()
    {
        Scene slow = new();
        for (int i = 0; i < 15; i++) slow.Says("telnet", Who, Server, 23, """{"kind":"login","user":"admin","success":false}""").Later(TimeSpan.FromMinutes(3));
        slow.Fires("brute-force");
    }

    [Fact]
    public void Many_users_of_one_machine_are_sprayed_and_a_shared_machine_is_not()
    {
        Assert.Equal(Severity.High, Sprays(8).Fires("password-spraying").Severity);
        Sprays(7).IsSilent();
        Scene shared = new();
        for (int i = 0; i < 20; i++)
        {
            shared.Says("ntlm", Who, Server, 445, $$"""{"username":"user{{i}}","response":"NTLMv2","success":true}""");
            if (i % 2 == 0) shared.Says("ntlm", Who, Server, 445, $$"""{"username":"user{{i}}","response":"NTLMv2","success":false}""");
        }
        shared.IsSilent();
        Scene wide = new();
        for (int i = 1; i <= 6; i++) wide.Says("ntlm", Who, $"10.0.9.{i}", 445, """{"username":"HOSP\\administrator","response":"NTLMv2","success":false}""");
        wide.Fires("password-spraying");
    }

    [Fact]
    public void Passwords_from_lists_on_three_machines_are_told_once_one_was_refused()
    {
        Defaults(3).Fires("default-passwords-tried");
        Defaults(2).IsSilent();
        Scene technician = new();
        for (int i = 1; i <= 9; i++) technician.Says("telnet", Who, $"10.0.9.{i}", 23, """{"kind":"login","user":"service","password_rule":"guessable","success":true}""");
        technician.IsSilent();
    }

    internal static Scene Fails(int times)
    {
        Scene scene = new();
        for (int i = 0; i < times; i++) scene.Says("mysql", Who, Server, 3306, """{"cmd":"login","arg":"root","success":false,"error":1045}""");
        return scene;
    }

    internal static Scene Sprays(int users)
    {
        Scene scene = new();
        for (int i = 0; i < users; i++) scene.Says("ntlm", Who, Server, 445, $$"""{"username":"user{{i}}","response":"NTLMv2","success":false}""").Later(TimeSpan.FromSeconds(20));
        return scene;
    }

    internal static Scene Defaults(int servers)
    {
        Scene scene = new();
        for (int i = 1; i <= servers; i++) scene.Says("telnet", Who, $"10.0.9.{i}", 23, """{"kind":"login","user":"admin","password_rule":"guessable","success":false}""");
        return scene;
    }
}
