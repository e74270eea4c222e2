using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ospf;

/// <summary>What a router stated of itself. An unchanged hello, and another packet of the same type, is shown again only after ten minutes.</summary>
public sealed record OspfStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version: 2 for IPv4, 3 for IPv6.</summary>
    public required long Version { get; init; }

    /// <summary><c>hello</c>, <c>database-description</c>, <c>link-state-request</c>, <c>link-state-update</c> or <c>link-state-acknowledgement</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Number of the router, written like an address.</summary>
    public required string RouterId { get; init; }

    /// <summary>Number of the area, written like an address; 0.0.0.0 is the backbone.</summary>
    public required string Area { get; init; }

    /// <summary>What authenticates version 2: <c>text</c> (kept from view) or <c>cryptographic</c>; absent if nothing does. RFC 2328, D.</summary>
    public string? Authentication { get; init; }

    /// <summary>Mask of the network that a hello is sent into; version 2.</summary>
    public string? NetworkMask { get; init; }

    /// <summary>Time between hellos, in seconds.</summary>
    public long? HelloInterval { get; init; }

    /// <summary>Time after which a silent router is taken for dead, in seconds.</summary>
    public long? DeadInterval { get; init; }

    /// <summary>Priority for being the designated router; 0 never is.</summary>
    public long? Priority { get; init; }

    /// <summary>Designated router of the network.</summary>
    public string? DesignatedRouter { get; init; }

    /// <summary>Its backup.</summary>
    public string? BackupDesignatedRouter { get; init; }

    /// <summary>Routers that it hears, at most 16.</summary>
    public IReadOnlyList<string>? Neighbours { get; init; }

    /// <inheritdoc/>
    public override string Log => "ospf";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("type"u8, Type);
        row.Text("router_id"u8, RouterId);
        row.Text("area"u8, Area);
        row.Text("authentication"u8, Authentication);
        row.Text("network_mask"u8, NetworkMask);
        row.Number("hello_interval"u8, HelloInterval);
        row.Number("dead_interval"u8, DeadInterval);
        row.Number("priority"u8, Priority);
        row.Text("designated_router"u8, DesignatedRouter);
        row.Text("backup_designated_router"u8, BackupDesignatedRouter);
        row.Texts("neighbours"u8, Neighbours);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.At(Bytes.Side), ClaimKind.Role, "router", "routing protocol");
    }
}
