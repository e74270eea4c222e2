using System.Collections.Immutable;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// One log-in as its protocol shows it. What counts as failed is said by each protocol: <c>ftp</c> PASS answered 430 or 530; <c>telnet</c> the server's words;
/// <c>ssh</c> a short encrypted session, judged by its size; NTLM, in SMB, LDAP, HTTP or DCE/RPC, and SMB without it, the server's refusal; <c>kerberos</c>
/// a failed pre-authentication, a client that is unknown or locked; <c>ldap</c> a bind with invalid credentials; <c>http</c> 401 or 403 to Basic
/// credentials, or to a form sent to a log-in page; <c>mysql</c>, <c>tds</c>, <c>tns</c> and <c>postgresql</c> a refused log-in (28P01, 28000); <c>mongodb</c> a refused SASL
/// step; <c>redis</c> a refused AUTH, or HELLO with a user; <c>rfb</c>, <c>mqtt</c>, <c>smtp</c>, <c>imap</c>, <c>pop3</c>, <c>xmpp</c>, <c>amqp</c> and <c>socks</c> the refusal of the user; <c>sip</c> 401, 403 or 407 to sent
/// credentials; <c>snmp</c> requests that stay unanswered while others of the same flow are answered, which is what wrong communities meet; <c>dicom</c> a rejection of an association with a user identity; <c>rdp</c>
/// each connection, because what follows is encrypted.
/// </summary>
/// <param name="Protocol">Protocol.</param>
/// <param name="User">User; null when not shown.</param>
/// <param name="Succeeded">Whether it succeeded.</param>
/// <param name="Tries">Passwords tried in it.</param>
/// <param name="Rule">Rule that the password breaks, or null.</param>
/// <param name="IsJudged">Whether success and failure are judged from outside and not read.</param>
internal sealed record LoginResult(string Protocol, string? User, bool Succeeded, int Tries = 1, string? Rule = null, bool IsJudged = false)
{
    /// <summary>Logs that show log-ins.</summary>
    public static readonly ImmutableArray<string> Logs =
    [
        "ftp", "telnet", "ssh_session", "ntlm", "smb", "kerberos", "ldap", "http", "mysql", "postgresql", "tds", "tns_login", "mongodb", "redis", "rfb", "mqtt_connect", "smtp", "imap", "pop3", "xmpp",
        "amqp_connection", "socks", "sip", "snmp", "dicom", "rdp",
    ];

    /// <summary>An SSH session that ended after failed log-ins has no more encrypted bytes of a side than this; what a command says is longer.</summary>
    private const int MostOfFailedSsh = 760, LeastOfFailedSsh = 130;

    /// <summary>Reads a row; null when it shows no log-in that ended one way or the other.</summary>
    public static LoginResult? Of(TransactionRow row) => row.Log switch
    {
        "ftp" => row.Text("command"u8) == "PASS" && row.Number("reply_code"u8) is { } code && code is 230 or 430 or 530 ? With(row, "ftp", "user"u8, row.Number("reply_code"u8) == 230) : null,
        "telnet" => row.Text("kind"u8) == "login" ? With(row, "telnet", "user"u8, row.Flag("success"u8)) : null,
        "ssh_session" => Ssh(row),
        "ntlm" => row.Text("username"u8) is not null && row.Text("response"u8) != "anonymous" ? With(row, "ntlm", "username"u8, row.Flag("success"u8)) : null,
        "smb" => row.Text("mechanism"u8) == "plain" ? With(row, "smb", "user"u8, row.Flag("success"u8)) : null,
        "kerberos" => Kerberos(row),
        "ldap" => row.Text("opcode"u8) == "bind simple" && row.Text("password"u8) is not null ? row.Text("result"u8) switch { "success" => With(row, "ldap", "object"u8, true), "invalid credentials" => With(row, "ldap", "object"u8, false), _ => null } : null,
        "http" => Http(row),
        // Other errors refuse the machine or the database, not the password.
        "mysql" => row.Text("cmd"u8) == "login" && row.Number("error"u8) is null or 1045 or 1698 ? With(row, "mysql", "arg"u8, row.Flag("success"u8)) : null,
        "postgresql" => row.Text("user"u8) is null || row.Text("authentication"u8) == "trust" ? null : row.Flag("success"u8) == false ? row.Text("backend_arg"u8) is "28P01" or "28000" ? With(row, "postgresql", "user"u8, false) : null : With(row, "postgresql", "user"u8, row.Flag("success"u8)),
        "tds" => row.Text("command"u8) == "login" && row.Number("error"u8) is null or 18456 ? With(row, "tds", "user"u8, row.Flag("success"u8)) : null,
        "tns_login" => With(row, "tns", "user"u8, row.Flag("success"u8)),
        "mongodb" => row.Text("command"u8) is "saslStart" or "saslContinue" or "authenticate" && row.Flag("success"u8) == false ? With(row, "mongodb", "user"u8, false) : null,
        "redis" => row.Text("cmd_name"u8) is "AUTH" || (row.Text("cmd_name"u8) is "HELLO" && row.Text("user"u8) is not null) ? With(row, "redis", "user"u8, row.Flag("success"u8)) : null,
        "rfb" => row.Text("authentication_method"u8) is { } method and not "None" ? With(row, "vnc", "user"u8, row.Flag("auth"u8)) : null,
        "mqtt_connect" => Mqtt(row),
        "smtp" => row.Text("auth_mechanism"u8) is not null ? With(row, "smtp", "auth_user"u8, row.Flag("auth_success"u8)) : null,
        "imap" => row.Text("command"u8) is "LOGIN" or "AUTHENTICATE" && row.Text("result"u8) is { } result and not "BAD" ? With(row, "imap", "user"u8, row.Text("result"u8) == "OK") : null,
        "pop3" => row.Text("command"u8) is "PASS" or "APOP" or "AUTH" ? With(row, "pop3", "user"u8, row.Flag("success"u8)) : null,
        "xmpp" => With(row, "xmpp", "user"u8, row.Flag("success"u8)),
        "amqp_connection" => row.Text("user"u8) is null ? null : row.Number("reply_code"u8) == 403 ? With(row, "amqp", "user"u8, false) : null,
        "socks" => With(row, "socks", "user"u8, row.Flag("auth_success"u8)),
        "sip" => row.Text("auth_user"u8) is null || row.Number("status_code"u8) is not { } status ? null : status is 401 or 403 or 407 ? With(row, "sip", "auth_user"u8, false) : status == 200 ? With(row, "sip", "auth_user"u8, true) : null,
        "snmp" => Snmp(row),
        "dicom" => row.Text("kind"u8) == "association" && row.Text("user_identity_type"u8) is not null && row.Text("result"u8) == "rejected" ? new LoginResult("dicom", null, false) : null,
        "rdp" => new LoginResult("rdp", row.Text("cookie"u8), false, IsJudged: true),
        _ => null,
    };

    private static LoginResult? With(TransactionRow row, string protocol, ReadOnlySpan<byte> user, bool? succeeded) =>
        succeeded is { } success ? new LoginResult(protocol, row.Text(user) is { Length: > 0 } name ? name : null, success, Rule: row.Text("password_rule"u8)) : null;

    /// <summary>Asking for the service and for what may be tried takes three turns of the client, each password one more.</summary>
    private static LoginResult? Ssh(TransactionRow row)
    {
        if (row.Number("client_bytes"u8) is not { } sent || row.Number("server_bytes"u8) is not { } answered || row.Number("client_turns"u8) is not { } turns) return null;
        if (row.Text("shape"u8) != "short") return new LoginResult("ssh", null, true, IsJudged: true);
        return sent is >= LeastOfFailedSsh and <= MostOfFailedSsh && answered <= MostOfFailedSsh ? new LoginResult("ssh", null, false, (int)Math.Clamp(turns - 3, 1, 6), IsJudged: true) : null;
    }

    private static LoginResult? Kerberos(TransactionRow row)
    {
        if (row.Text("request_type"u8) != "AS") return null;
        string? error = row.Text("error_msg"u8);
        if (error is null) return With(row, "kerberos", "client"u8, row.Flag("success"u8) == true ? true : null);
        return error.Contains("PREAUTH_FAILED", StringComparison.Ordinal) || error.Contains("PRINCIPAL_UNKNOWN", StringComparison.Ordinal) || error.Contains("CLIENT_REVOKED", StringComparison.Ordinal) ? With(row, "kerberos", "client"u8, false) : null;
    }

    private static LoginResult? Http(TransactionRow row)
    {
        if (row.Number("status_code"u8) is not { } status) return null;
        if (row.Text("username"u8) is not null) return status is 401 or 403 ? With(row, "http", "username"u8, false) : status is >= 200 and < 400 ? With(row, "http", "username"u8, true) : null;
        if (row.Text("method"u8) != "POST" || status is not (401 or 403) || row.Text("uri"u8) is not { } uri) return null;
        return uri.Contains("login", StringComparison.OrdinalIgnoreCase) || uri.Contains("logon", StringComparison.OrdinalIgnoreCase) || uri.Contains("signin", StringComparison.OrdinalIgnoreCase) || uri.Contains("auth", StringComparison.OrdinalIgnoreCase)
            ? new LoginResult("http", null, false) : null;
    }

    private static LoginResult? Mqtt(TransactionRow row)
    {
        if (row.Text("user"u8) is null || row.Text("connect_status"u8) is not { } status) return null;
        return status.Contains("password", StringComparison.OrdinalIgnoreCase) || status.Contains("not authorized", StringComparison.OrdinalIgnoreCase) ? With(row, "mqtt", "user"u8, false)
            : status.Contains("accepted", StringComparison.OrdinalIgnoreCase) ? With(row, "mqtt", "user"u8, true) : null;
    }

    private static LoginResult? Snmp(TransactionRow row)
    {
        if (row.Text("version"u8) == "3") return null;
        long asked = (row.Number("get_requests"u8) ?? 0) + (row.Number("get_bulk_requests"u8) ?? 0), answered = row.Number("get_responses"u8) ?? 0;
        // An agent that answers nothing may be switched off.
        return asked == 0 || answered == 0 ? null : answered >= asked ? new LoginResult("snmp", null, true, IsJudged: true) : new LoginResult("snmp", null, false, (int)Math.Min(asked - answered, 64), IsJudged: true);
    }
}
