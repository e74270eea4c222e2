using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tds;

/// <summary>One log-in, batch or procedure call with its answer. Of a statement only its shape is kept: values may be patients'.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record TdsRequest(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "tds";

    /// <summary>What was asked: <c>prelogin</c>, <c>login</c>, <c>batch</c>, <c>rpc</c>, <c>bulk</c>, <c>attention</c>, <c>transaction</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The batch with its values replaced by question marks, or the procedure's name.</summary>
    public string? Argument { get; init; }

    /// <summary>Whether the server did it; absent when no answer was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Rows the server says it touched.</summary>
    public long? Rows { get; init; }

    /// <summary>The server's error number.</summary>
    public int? Error { get; init; }

    /// <summary>User of a log-in; absent with Windows' own.</summary>
    public string? User { get; init; }

    /// <summary>Rule that the password of a log-in in clear breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Database of a log-in.</summary>
    public string? Database { get; init; }

    /// <summary>Name of the client's machine.</summary>
    public string? ClientHost { get; init; }

    /// <summary>Program of the client.</summary>
    public string? Application { get; init; }

    /// <summary>Version of the server.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>What the server said of encryption: <c>off</c> (log-in only), <c>on</c>, <c>none</c>, <c>required</c>.</summary>
    public string? Encryption { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("argument"u8, Argument);
        row.Flag("success"u8, Success);
        row.Number("rows"u8, Rows);
        row.Number("error"u8, Error);
        row.Text("user"u8, User);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("database"u8, Database);
        row.Text("client_host"u8, ClientHost);
        row.Text("application"u8, Application);
        row.Text("server_version"u8, ServerVersion);
        row.Text("encryption"u8, Encryption);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Success is null || Command is not ("prelogin" or "login")) return;
        string? product = ServerVersion is null ? null : "Microsoft SQL Server " + ServerVersion;
        into.Service(product);
        if (Command == "login" && Success == true) into.WeakPassword(flow.Server, User, PasswordRule, "LOGIN7");
        into.Claim(flow.Server, ClaimKind.Software, product, Command);
        into.Claim(flow.Client, ClaimKind.HostName, ClientHost, "login7 HostName");
        into.Claim(flow.Client, ClaimKind.Software, Application, "login7 AppName");
    }
}
