using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Mongodb;

/// <summary>One command with its reply. Values are not kept: they may be patients'.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record MongodbCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "mongodb";

    /// <summary>Command, for example <c>find</c>; <c>query</c> for the old kind, <c>compressed</c> where only that is known.</summary>
    public required string Command { get; init; }

    /// <summary>Database it is sent to.</summary>
    public string? Database { get; init; }

    /// <summary>Collection it is about.</summary>
    public string? Collection { get; init; }

    /// <summary>Whether the server did it; absent when no reply was seen or its outcome lies beyond what is read.</summary>
    public bool? Success { get; init; }

    /// <summary>The server's error number.</summary>
    public int? Error { get; init; }

    /// <summary>Documents the server says it touched.</summary>
    public long? Documents { get; init; }

    /// <summary>Bytes of the reply.</summary>
    public long? ReplyBytes { get; init; }

    /// <summary>Version the server names.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Program the client says it is.</summary>
    public string? Application { get; init; }

    /// <summary>Driver of the client, with its version.</summary>
    public string? Driver { get; init; }

    /// <summary>Operating system of the client.</summary>
    public string? System { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("database"u8, Database);
        row.Text("collection"u8, Collection);
        row.Flag("success"u8, Success);
        row.Number("error"u8, Error);
        row.Number("documents"u8, Documents);
        row.Number("reply_bytes"u8, ReplyBytes);
        row.Text("server_version"u8, ServerVersion);
        row.Text("application"u8, Application);
        row.Text("driver"u8, Driver);
        row.Text("system"u8, System);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        string? product = ServerVersion is null ? null : "MongoDB " + ServerVersion;
        if (ReplyBytes is not null) into.Service(product);
        into.Claim(flow.Server, ClaimKind.Software, product, "buildInfo");
        into.Claim(flow.Client, ClaimKind.Software, Driver, "client metadata");
        into.Claim(flow.Client, ClaimKind.OperatingSystem, System, "client metadata");
    }
}
