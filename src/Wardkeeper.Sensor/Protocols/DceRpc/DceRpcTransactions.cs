using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>One remote procedure call with its answer, over TCP, UDP or a pipe of SMB, or a binding that was refused.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record DceRpcCall(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dce_rpc";

    /// <summary>From the request to its answer.</summary>
    public TimeSpan? Rtt { get; init; }

    /// <summary>Pipe or port as the server gave it when it was bound, else the pipe that was opened. C706, section 12.6.4.4.</summary>
    public string? NamedPipe { get; init; }

    /// <summary>Name of the interface, or <c>unknown-</c> and its identifier.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Name of the operation, or <c>unknown-</c> and its number; <c>bind</c> when the server refused the interface.</summary>
    public string? Operation { get; init; }

    /// <summary>Number of the operation.</summary>
    public int? Opnum { get; init; }

    /// <summary>How the caller proved itself: <c>ntlm</c>, <c>kerberos</c>, <c>spnego</c>, <c>netlogon</c>. MS-RPCE, section 2.2.1.1.7.</summary>
    public string? AuthType { get; init; }

    /// <summary>What is protected: <c>connect</c>, <c>call</c>, <c>packet</c>, <c>integrity</c> (signed), <c>privacy</c> (hidden). MS-RPCE, section 2.2.1.1.8.</summary>
    public string? AuthLevel { get; init; }

    /// <summary>User who called, behind the domain if there is one; NTLM alone shows it.</summary>
    public string? User { get; init; }

    /// <summary>Texts among the arguments of operations that control machines (services, tasks, registry keys, files to encrypt, accounts); at most 4 of 256 characters.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>What the endpoint mapper was asked for, or named: interface and where it listens, as <c>netlogon tcp/49676</c>.</summary>
    public IReadOnlyList<string>? Mapped { get; init; }

    /// <summary>The procedure's return value in hexadecimal, where the answer is readable and ends with one.</summary>
    public string? ReturnCode { get; init; }

    /// <summary>Why the server did not carry the call out. C706, appendix E.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether a log-on that must be random consists of zeros: an attempt at CVE-2020-1472 (Zerologon).</summary>
    public bool? ZeroChallenge { get; init; }

    internal override string Protocol => "dce_rpc";

    /// <summary>Whether the interface is met for the first time in its flow.</summary>
    internal bool IsNews { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Elapsed("rtt"u8, Rtt);
        row.Text("named_pipe"u8, NamedPipe);
        row.Text("endpoint"u8, Endpoint);
        row.Text("operation"u8, Operation);
        row.Number("opnum"u8, Opnum);
        row.Text("auth_type"u8, AuthType);
        row.Text("auth_level"u8, AuthLevel);
        row.Text("user"u8, User);
        row.Texts("arguments"u8, Arguments);
        row.Texts("mapped"u8, Mapped);
        row.Text("return_code"u8, ReturnCode);
        row.Text("fault"u8, Fault);
        row.Flag("zero_challenge"u8, ZeroChallenge);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (ZeroChallenge == true) into.Claim(flow.Client, ClaimKind.Anomaly, "Netlogon challenge of zeros (Zerologon)", Operation ?? "netlogon");
        // What a pipe leads to is no service of the port that SMB answers on.
        if (IsNews && Rtt is not null && flow.ServerPort is not (139 or 445)) into.Service(Endpoint);
    }
}
