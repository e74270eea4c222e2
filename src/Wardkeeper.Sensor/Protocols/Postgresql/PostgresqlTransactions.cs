using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Postgresql;

/// <summary>One log-in or statement with its answer. Of a statement only its shape is kept: values may be patients'.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record PostgresqlRequest(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "postgresql";

    /// <summary>User; with a log-in only.</summary>
    public string? User { get; init; }

    /// <summary>Database; with a log-in only.</summary>
    public string? Database { get; init; }

    /// <summary>Program the client says it is; with a log-in only.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>What the client asked: <c>startup</c>, <c>ssl_request</c>, <c>cancel</c>, <c>simple_query</c>, <c>parse</c>, <c>function</c>.</summary>
    public required string Frontend { get; init; }

    /// <summary>The statement with its values replaced by question marks.</summary>
    public string? FrontendArg { get; init; }

    /// <summary>Whether the server did it; absent when no answer was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>The server's word for what it did, or the code (SQLSTATE) of its error.</summary>
    public string? BackendArg { get; init; }

    /// <summary>Rows sent back.</summary>
    public long? Rows { get; init; }

    /// <summary>How the server wants to know the user: <c>trust</c>, <c>password</c>, <c>md5</c>, <c>sasl</c> …; with a log-in only.</summary>
    public string? Authentication { get; init; }

    /// <summary>Rule that a password in clear breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none; with a log-in only.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Version the server names; with a log-in only.</summary>
    public string? ServerVersion { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("user"u8, User);
        row.Text("database"u8, Database);
        row.Text("application_name"u8, ApplicationName);
        row.Text("frontend"u8, Frontend);
        row.Text("frontend_arg"u8, FrontendArg);
        row.Flag("success"u8, Success);
        row.Text("backend_arg"u8, BackendArg);
        row.Number("rows"u8, Rows);
        row.Text("authentication"u8, Authentication);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("server_version"u8, ServerVersion);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Success is null || Frontend is not ("startup" or "ssl_request")) return;
        string? product = ServerVersion is null ? null : "PostgreSQL " + ServerVersion;
        into.Service(product);
        if (Success == true) into.WeakPassword(flow.Server, User, PasswordRule, "PasswordMessage");
        into.Claim(flow.Server, ClaimKind.Software, product, "parameter server_version");
        into.Claim(flow.Client, ClaimKind.Software, ApplicationName, "parameter application_name");
    }
}
