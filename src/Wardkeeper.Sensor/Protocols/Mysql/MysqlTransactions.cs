using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Mysql;

/// <summary>One command with its answer; a log-in counts as the command <c>login</c>. Of a statement only its shape is kept: values may be patients'.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record MysqlCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "mysql";

    /// <summary>Command, for example <c>query</c>, <c>prepare</c>, <c>login</c>.</summary>
    public required string Cmd { get; init; }

    /// <summary>User of a log-in, name of a database, or a statement with its values replaced by question marks.</summary>
    public string? Arg { get; init; }

    /// <summary>Whether the server did it; absent when no answer was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Rows changed, or rows of the answer as far as they were seen.</summary>
    public long? Rows { get; init; }

    /// <summary>The server's error number.</summary>
    public int? Error { get; init; }

    /// <summary>Version the server names in its greeting; with a log-in only.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Database asked for with a log-in.</summary>
    public string? Database { get; init; }

    /// <summary>Program that the client says it is; with a log-in only.</summary>
    public string? Program { get; init; }

    /// <summary>Whether both go on encrypted; with a log-in only.</summary>
    public bool? Encrypted { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("cmd"u8, Cmd);
        row.Text("arg"u8, Arg);
        row.Flag("success"u8, Success);
        row.Number("rows"u8, Rows);
        row.Number("error"u8, Error);
        row.Text("server_version"u8, ServerVersion);
        row.Text("database"u8, Database);
        row.Text("program"u8, Program);
        row.Flag("encrypted"u8, Encrypted);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Cmd != MysqlAnalyser.Login) return;
        string? product = ServerVersion is null ? null : (ServerVersion.Contains("MariaDB", StringComparison.Ordinal) ? "MariaDB " : "MySQL ") + ServerVersion;
        into.Service(product);
        into.Claim(flow.Server, ClaimKind.Software, product, "handshake");
        into.Claim(flow.Client, ClaimKind.Software, Program, "connection attribute program_name");
    }
}
