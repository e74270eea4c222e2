using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Glbp;

/// <summary>What a router stated of its group. An unchanged statement is shown again only after ten minutes.</summary>
/// <param name="At">Time of its packet.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record GlbpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "glbp";

    /// <summary>Group, 0 to 1,023.</summary>
    public int Group { get; init; }

    /// <summary>The router's own hardware address.</summary>
    public MacAddress Owner { get; init; }

    /// <summary>State of the router as the group's gateway: <c>listen</c>, <c>speak</c>, <c>standby</c>, <c>active</c> (it answers for the shared address) or <c>other</c>; absent without a greeting.</summary>
    public string? State { get; init; }

    /// <summary>Priority; the highest becomes active.</summary>
    public long? Priority { get; init; }

    /// <summary>Time between greetings, in seconds.</summary>
    public double? HelloTime { get; init; }

    /// <summary>Time for which a greeting holds, in seconds.</summary>
    public double? HoldTime { get; init; }

    /// <summary>Address that the group answers for.</summary>
    public Address VirtualIp { get; init; }

    /// <summary>Forwarders that the router speaks of, at most 8: number, state, virtual hardware address, priority and weight.</summary>
    public IReadOnlyList<string>? Forwarders { get; init; }

    /// <summary>What authenticates it: <c>text</c>, <c>md5</c> or <c>other</c>; absent if nothing does. The text itself is not kept.</summary>
    public string? Authentication { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("group"u8, Group);
        row.Mac("owner"u8, Owner);
        row.Text("state"u8, State);
        row.Number("priority"u8, Priority);
        row.Real("hello_time"u8, HelloTime);
        row.Real("hold_time"u8, HoldTime);
        row.Address("virtual_ip"u8, VirtualIp);
        row.Texts("forwarders"u8, Forwarders);
        row.Text("authentication"u8, Authentication);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        into.Claim(sender, ClaimKind.Role, "router", "load-sharing group");
        if (!Owner.IsNone && !Owner.IsGroup && Owner != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, Owner.ToString(), "owner");
    }
}
