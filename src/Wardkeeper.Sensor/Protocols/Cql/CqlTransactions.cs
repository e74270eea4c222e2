using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Cql;

/// <summary>One request to Cassandra or what speaks like it, with its answer. Values and passwords are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record CqlRequest(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "cql";

    /// <summary>Version of the protocol, 1 to 4.</summary>
    public int Version { get; init; }

    /// <summary>What is asked: <c>startup</c>, <c>options</c>, <c>query</c>, <c>prepare</c>, <c>execute</c>, <c>batch</c>, <c>register</c>, <c>auth</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Shape of the statement, with question marks for values; of a prepared one that is executed as it was prepared in this connection.</summary>
    public string? Statement { get; init; }

    /// <summary>Keyspace in use.</summary>
    public string? Keyspace { get; init; }

    /// <summary>User who logs in.</summary>
    public string? User { get; init; }

    /// <summary>The client's driver with its version.</summary>
    public string? Driver { get; init; }

    /// <summary>What the answer is: <c>ready</c>, <c>authenticate</c>, <c>supported</c>, <c>void</c>, <c>rows</c>, <c>keyspace</c>, <c>prepared</c>, <c>schema change</c>, <c>auth success</c>, <c>auth challenge</c>, <c>error</c>; absent when none was seen.</summary>
    public string? Result { get; init; }

    /// <summary>Error, for example <c>unauthorized</c>. CQL binary protocol v4, section 9.</summary>
    public string? Error { get; init; }

    /// <summary>Class that is to check the user.</summary>
    public string? Authenticator { get; init; }

    /// <summary>Bytes of the answer's body.</summary>
    public long? ResultBytes { get; init; }

    /// <summary>Whether bodies are compressed, so that nothing of them is read.</summary>
    public bool IsCompressed { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("operation"u8, Operation);
        row.Text("statement"u8, Statement);
        row.Text("keyspace"u8, Keyspace);
        row.Text("user"u8, User);
        row.Text("driver"u8, Driver);
        row.Text("result"u8, Result);
        row.Text("error"u8, Error);
        row.Text("authenticator"u8, Authenticator);
        row.Number("result_bytes"u8, ResultBytes);
        row.Flag("is_compressed"u8, IsCompressed);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.Software, Driver, "STARTUP, driver");
        if (Result is not null && Operation is "startup" or "options" or "auth") into.Service();
    }
}
