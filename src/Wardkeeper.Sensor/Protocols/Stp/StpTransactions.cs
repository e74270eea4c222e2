using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stp;

/// <summary>What a bridge stated of the tree. An unchanged statement is shown again only after ten minutes.</summary>
public sealed record Bpdu(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>stp</c>, <c>rstp</c>, <c>mstp</c> or <c>spb</c>.</summary>
    public required string Version { get; init; }

    /// <summary><c>configuration</c>, <c>rapid</c> or <c>topology-change</c> (a notice to the root). IEEE 802.1D, 9.3.</summary>
    public required string Kind { get; init; }

    /// <summary>Priority of the root bridge, 0 to 61,440; lower wins. 802.1D, 9.2.5.</summary>
    public long? RootPriority { get; init; }

    /// <summary>VLAN or tree in the root's identifier, 0 to 4,095.</summary>
    public long? RootExtension { get; init; }

    /// <summary>Address of the root bridge.</summary>
    public MacAddress RootMac { get; init; }

    /// <summary>Cost of the path to the root.</summary>
    public long? RootCost { get; init; }

    /// <summary>Priority of the sending bridge.</summary>
    public long? BridgePriority { get; init; }

    /// <summary>VLAN or tree in its identifier.</summary>
    public long? BridgeExtension { get; init; }

    /// <summary>Address of the sending bridge.</summary>
    public MacAddress BridgeMac { get; init; }

    /// <summary>Priority of the sending port, 0 to 240.</summary>
    public long? PortPriority { get; init; }

    /// <summary>Number of the sending port.</summary>
    public long? Port { get; init; }

    /// <summary>Role of the port: <c>designated</c>, <c>root</c>, <c>alternate</c> or <c>master</c>; absent in the oldest version. 802.1D, 9.3.3.</summary>
    public string? PortRole { get; init; }

    /// <summary><c>discarding</c>, <c>learning</c> or <c>forwarding</c>; absent in the oldest version.</summary>
    public string? PortState { get; init; }

    /// <summary>Whether the topology is changing.</summary>
    public bool? TopologyChange { get; init; }

    /// <summary>Whether it confirms a notice of change; present only if so.</summary>
    public bool? TopologyChangeAcknowledged { get; init; }

    /// <summary>Whether the port proposes to be designated; present only if so.</summary>
    public bool? Proposal { get; init; }

    /// <summary>Whether it agrees to a proposal; present only if so.</summary>
    public bool? Agreement { get; init; }

    /// <summary>Age of what it says, in seconds.</summary>
    public double? MessageAge { get; init; }

    /// <summary>Age at which it is forgotten, in seconds.</summary>
    public double? MaxAge { get; init; }

    /// <summary>Time between statements, in seconds.</summary>
    public double? HelloTime { get; init; }

    /// <summary>Time in each state before forwarding, in seconds.</summary>
    public double? ForwardDelay { get; init; }

    /// <summary>VLAN whose tree it is, in Cisco's form.</summary>
    public long? Vlan { get; init; }

    /// <summary>Name of the region of several trees. IEEE 802.1Q, 13.8.</summary>
    public string? Region { get; init; }

    /// <summary>Revision of the region's configuration.</summary>
    public long? Revision { get; init; }

    /// <summary>Digest of the region's configuration, hexadecimal; bridges of one region have the same.</summary>
    public string? Digest { get; init; }

    /// <summary>Cost of the path within the region.</summary>
    public long? InternalCost { get; init; }

    /// <summary>Address of the sending bridge in a region, whose own field there holds the regional root.</summary>
    public MacAddress RegionalBridge { get; init; }

    /// <summary>Bridges that it may still pass in the region.</summary>
    public long? RemainingHops { get; init; }

    /// <summary>Numbers of the trees it speaks of, at most 64.</summary>
    public IReadOnlyList<long>? Instances { get; init; }

    /// <inheritdoc/>
    public override string Log => "stp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("kind"u8, Kind);
        row.Number("root_priority"u8, RootPriority);
        row.Number("root_extension"u8, RootExtension);
        row.Mac("root_mac"u8, RootMac);
        row.Number("root_cost"u8, RootCost);
        row.Number("bridge_priority"u8, BridgePriority);
        row.Number("bridge_extension"u8, BridgeExtension);
        row.Mac("bridge_mac"u8, BridgeMac);
        row.Number("port_priority"u8, PortPriority);
        row.Number("port"u8, Port);
        row.Text("port_role"u8, PortRole);
        row.Text("port_state"u8, PortState);
        row.Flag("topology_change"u8, TopologyChange);
        row.Flag("topology_change_acknowledged"u8, TopologyChangeAcknowledged);
        row.Flag("proposal"u8, Proposal);
        row.Flag("agreement"u8, Agreement);
        row.Real("message_age"u8, MessageAge);
        row.Real("max_age"u8, MaxAge);
        row.Real("hello_time"u8, HelloTime);
        row.Real("forward_delay"u8, ForwardDelay);
        row.Number("vlan"u8, Vlan);
        row.Text("region"u8, Region);
        row.Number("revision"u8, Revision);
        row.Text("digest"u8, Digest);
        row.Number("internal_cost"u8, InternalCost);
        row.Mac("regional_bridge"u8, RegionalBridge);
        row.Number("remaining_hops"u8, RemainingHops);
        row.Numbers("instances"u8, Instances);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = Subject.Of(flow.At(Bytes.Side).Mac, vlan: flow.Vlan);
        into.Claim(sender, ClaimKind.Role, "switch", "bridge protocol");
        MacAddress own = RegionalBridge.IsNone ? BridgeMac : RegionalBridge;
        if (!own.IsNone && !own.IsGroup && own != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, own.ToString(), "bridge identifier");
        if (Port is { } port) into.Claim(sender, ClaimKind.SwitchPort, port.ToString(System.Globalization.CultureInfo.InvariantCulture), "own port");
        if (!own.IsNone && own == RootMac) into.Claim(sender, ClaimKind.Role, "spanning-tree-root", "root identifier");
    }
}
