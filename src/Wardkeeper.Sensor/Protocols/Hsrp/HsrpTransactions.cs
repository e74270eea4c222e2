using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hsrp;

/// <summary>What a router stated of its group. An unchanged statement is shown again only after ten minutes.</summary>
public sealed record HsrpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version, 1 or 2.</summary>
    public required long Version { get; init; }

    /// <summary><c>hello</c>, <c>coup</c> (it takes over) or <c>resign</c>. RFC 2281, 5.1.</summary>
    public required string Operation { get; init; }

    /// <summary><c>initial</c>, <c>learn</c>, <c>listen</c>, <c>speak</c>, <c>standby</c> or <c>active</c>.</summary>
    public required string State { get; init; }

    /// <summary>Group, 0 to 255, in version 2 to 4,095.</summary>
    public long Group { get; init; }

    /// <summary>Priority; the highest becomes active.</summary>
    public long Priority { get; init; }

    /// <summary>Time between hellos, in seconds.</summary>
    public double HelloTime { get; init; }

    /// <summary>Time for which a hello holds, in seconds.</summary>
    public double HoldTime { get; init; }

    /// <summary>Address that the group answers for.</summary>
    public Address VirtualIp { get; init; }

    /// <summary>Hardware address that goes with it; it follows from the group.</summary>
    public MacAddress VirtualMac { get; init; }

    /// <summary>The router's own hardware address, as version 2 states it.</summary>
    public MacAddress Identifier { get; init; }

    /// <summary>What authenticates it: <c>default-text</c> (every router comes with it), <c>text</c>, <c>md5</c>; absent if nothing does. The text itself is not kept.</summary>
    public string? Authentication { get; init; }

    /// <inheritdoc/>
    public override string Log => "hsrp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("operation"u8, Operation);
        row.Text("state"u8, State);
        row.Number("group"u8, Group);
        row.Number("priority"u8, Priority);
        row.Real("hello_time"u8, HelloTime);
        row.Real("hold_time"u8, HoldTime);
        row.Address("virtual_ip"u8, VirtualIp);
        row.Mac("virtual_mac"u8, VirtualMac);
        row.Mac("identifier"u8, Identifier);
        row.Text("authentication"u8, Authentication);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        into.Claim(sender, ClaimKind.Role, "router", "standby group");
        // The active one sends from the group's hardware address; its own stands in version 2.
        if (!Identifier.IsNone && Identifier != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, Identifier.ToString(), "identifier");
        if (State == "active" && !VirtualIp.IsUnspecified) into.Claim(Subject.Of(VirtualMac, VirtualIp, flow.Vlan), ClaimKind.AddressBinding, VirtualIp.ToString(), "active router of a group");
    }
}
