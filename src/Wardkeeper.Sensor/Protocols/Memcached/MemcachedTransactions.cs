using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Memcached;

/// <summary>One command with its answer. Keys and values are not kept: they may hold anything, patients among it.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record MemcachedCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "memcache";

    /// <summary>Command, for example <c>get</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Keys that are asked for.</summary>
    public int Keys { get; init; }

    /// <summary>Bytes of the value that is to be stored.</summary>
    public long? ValueBytes { get; init; }

    /// <summary>The answer's word in capitals, for example <c>STORED</c>, <c>END</c>, <c>ERROR</c>; absent when none was seen or none is sent.</summary>
    public string? Status { get; init; }

    /// <summary>Values that were found.</summary>
    public int? Hits { get; init; }

    /// <summary>Bytes of the values that were found.</summary>
    public long? HitBytes { get; init; }

    /// <summary>The server's version, when it states it.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Number("keys"u8, Keys);
        row.Number("value_bytes"u8, ValueBytes);
        row.Text("status"u8, Status);
        row.Number("hits"u8, Hits);
        row.Number("hit_bytes"u8, HitBytes);
        row.Text("version"u8, Version);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is null) return;
        into.Service(Version);
        into.Claim(flow.Server, ClaimKind.Software, Version is null ? null : $"memcached {Version}", "version");
    }
}
