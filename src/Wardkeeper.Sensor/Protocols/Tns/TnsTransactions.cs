using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tns;

/// <summary>What a client asks of an Oracle listener, with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the connect packet lies in the stream.</param>
public sealed record TnsConnect(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "tns";

    /// <summary>Version of the protocol that the client speaks, for example 315.</summary>
    public int Version { get; init; }

    /// <summary>Version that the server chose; absent when it did not accept.</summary>
    public int? AcceptedVersion { get; init; }

    /// <summary>Service that is asked for.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Instance that is asked for.</summary>
    public string? Sid { get; init; }

    /// <summary>Command to the listener itself, for example <c>status</c>.</summary>
    public string? Command { get; init; }

    /// <summary>The client's program.</summary>
    public string? Program { get; init; }

    /// <summary>The client's name of its own host.</summary>
    public string? ClientHost { get; init; }

    /// <summary>User of the client's operating system.</summary>
    public string? ClientUser { get; init; }

    /// <summary><c>accepted</c>, <c>refused</c> or <c>redirected</c>; absent when no answer was seen.</summary>
    public string? Result { get; init; }

    /// <summary>Number of Oracle's error (ORA- or TNS-), when it was refused.</summary>
    public int? Error { get; init; }

    /// <summary>Host that the client is sent to.</summary>
    public string? RedirectHost { get; init; }

    /// <summary>Port that the client is sent to.</summary>
    public int? RedirectPort { get; init; }

    /// <summary>Version of the listener, when it states it.</summary>
    public string? ServerVersion { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Number("accepted_version"u8, AcceptedVersion);
        row.Text("service_name"u8, ServiceName);
        row.Text("sid"u8, Sid);
        row.Text("command"u8, Command);
        row.Text("program"u8, Program);
        row.Text("client_host"u8, ClientHost);
        row.Text("client_user"u8, ClientUser);
        row.Text("result"u8, Result);
        row.Number("error"u8, Error);
        row.Text("redirect_host"u8, RedirectHost);
        row.Number("redirect_port"u8, RedirectPort);
        row.Text("server_version"u8, ServerVersion);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        // Java's driver says so in place of a name.
        if (ClientHost is not "__jdbc__") into.Claim(flow.Client, ClaimKind.HostName, ClientHost, "connect data, CID HOST");
        if (Result is null) return;
        into.Service(ServerVersion);
        into.Claim(flow.Server, ClaimKind.Software, ServerVersion is null ? null : $"Oracle Database {ServerVersion}", "VSNNUM");
    }
}

/// <summary>A user who logs in to an Oracle database, with what both ends say of themselves before. Passwords never travel readable and are not read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the log-in lies in the stream.</param>
public sealed record TnsLogin(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "tns_login";

    /// <summary>Database user.</summary>
    public string? User { get; init; }

    /// <summary>The client's program.</summary>
    public string? Program { get; init; }

    /// <summary>The client's name of its own host.</summary>
    public string? Machine { get; init; }

    /// <summary>The client's terminal.</summary>
    public string? Terminal { get; init; }

    /// <summary>User of the client's operating system.</summary>
    public string? SystemUser { get; init; }

    /// <summary>The client's platform.</summary>
    public string? ClientPlatform { get; init; }

    /// <summary>The server's platform.</summary>
    public string? ServerPlatform { get; init; }

    /// <summary>Whether the server took the user; absent when it was not seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Number of Oracle's error (ORA-), when the server did not take the user.</summary>
    public int? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("user"u8, User);
        row.Text("program"u8, Program);
        row.Text("machine"u8, Machine);
        row.Text("terminal"u8, Terminal);
        row.Text("system_user"u8, SystemUser);
        row.Text("client_platform"u8, ClientPlatform);
        row.Text("server_platform"u8, ServerPlatform);
        row.Flag("success"u8, Success);
        row.Number("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.HostName, Machine?[(Machine.LastIndexOf('\\') + 1)..], "AUTH_MACHINE");
        into.Claim(flow.Client, ClaimKind.Software, Program, "AUTH_PROGRAM_NM");
        into.Claim(flow.Client, ClaimKind.OperatingSystem, ClientPlatform, "protocol negotiation");
        into.Claim(flow.Server, ClaimKind.OperatingSystem, ServerPlatform, "protocol negotiation");
    }
}
