using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>One remote call with its reply: of NFS those that name a file; the others are counted by procedure. Contents of files are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the call lies, or the reply if only it was seen.</param>
public sealed record RpcCall(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rpc";

    /// <summary>Program: <c>portmap</c>, <c>mount</c>, <c>nfs</c>, <c>nlockmgr</c>, <c>status</c> …, or its number.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the program.</summary>
    public required int ProgramVersion { get; init; }

    /// <summary>Procedure; of NFS version 4 the operations of a compound.</summary>
    public required string Procedure { get; init; }

    /// <summary>How the server took the call: <c>success</c>, <c>prog_unavail</c>, <c>denied</c> …; absent when no reply was seen.</summary>
    public string? Status { get; init; }

    /// <summary>Result of NFS or mount, 0 is success. RFC 1813, 2.6.</summary>
    public int? Result { get; init; }

    /// <summary>What calls that are added up have in common.</summary>
    internal (string Program, int Version, string Procedure, string? Status, int? Result) Kind => (Program, ProgramVersion, Procedure, Status, Result);

    /// <summary>File or export that the call names, with what names a patient masked.</summary>
    public MaskedText? Name { get; init; }

    /// <summary>New name of a file.</summary>
    public MaskedText? NewName { get; init; }

    /// <summary>Port that a program listens at, as the port mapper says.</summary>
    public int? Port { get; init; }

    /// <summary>Exports or mappings that a server lists; at most 32.</summary>
    public IReadOnlyList<string>? Listed { get; init; }

    /// <summary>Name that the calling machine gives itself. RFC 5531, 8.2 (AUTH_SYS).</summary>
    public string? MachineName { get; init; }

    /// <summary>Number of the user for whom is called.</summary>
    public long? UserId { get; init; }

    /// <summary>Kind of credentials: <c>none</c>, <c>sys</c>, <c>gss</c> …</summary>
    public string? Credentials { get; init; }

    /// <summary>Implementation that a client of NFS version 4.1 names. RFC 8881, 3.3.</summary>
    public string? Implementation { get; init; }

    /// <summary>Calls that this row sums up; absent for a single one.</summary>
    public long? Calls { get; init; }

    /// <summary>Whether it tells for the first time in its flow who calls.</summary>
    internal bool TellsClient { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("program"u8, Program);
        row.Number("program_version"u8, ProgramVersion);
        row.Text("procedure"u8, Procedure);
        row.Text("status"u8, Status);
        row.Number("result"u8, Result);
        row.Text("name"u8, Name);
        row.Text("new_name"u8, NewName);
        row.Number("port"u8, Port);
        row.Texts("listed"u8, Listed);
        row.Text("machine_name"u8, MachineName);
        row.Number("user_id"u8, UserId);
        row.Text("credentials"u8, Credentials);
        row.Text("implementation"u8, Implementation);
        row.Number("calls"u8, Calls);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (TellsClient)
        {
            if (Status == "success") into.Service(Program);
            into.Claim(flow.Client, ClaimKind.HostName, MachineName, "AUTH_SYS");
            if (Status == "success" && Program == "nfs") into.Claim(flow.Server, ClaimKind.Role, "file-server", "nfs");
        }
        into.Claim(flow.Client, ClaimKind.OperatingSystem, Implementation, "EXCHANGE_ID");
    }
}
