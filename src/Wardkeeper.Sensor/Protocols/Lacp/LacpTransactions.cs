using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lacp;

/// <summary>One end of an aggregated link.</summary>
/// <param name="SystemPriority">Priority of the system, 0 to 65,535; lower decides.</param>
/// <param name="System">Address of the system.</param>
/// <param name="Key">Ports with the same key may be one link.</param>
/// <param name="PortPriority">Priority of the port.</param>
/// <param name="Port">Number of the port.</param>
/// <param name="State">What it is in, as names of the bits that are set. 802.1AX, 6.4.2.3.</param>
public sealed record LacpPort(long SystemPriority, MacAddress System, long Key, long PortPriority, long Port, IReadOnlyList<string> State)
{
    private static readonly string[] StateNames = ["active", "short-timeout", "aggregatable", "synchronised", "collecting", "distributing", "defaulted", "expired"];

    internal static LacpPort Read(ReadOnlySpan<byte> at)
    {
        List<string> state = [];
        for (int i = 0; i < StateNames.Length; i++)
        {
            if ((at[14] & (1 << i)) != 0) state.Add(StateNames[i]);
        }
        return new LacpPort(Number(at, 0), MacAddress.Read(at[2..]), Number(at, 8), Number(at, 10), Number(at, 12), state);
    }

    private static long Number(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16BigEndian(at[offset..]);
}

/// <summary>What one end of an aggregated link stated of both. An unchanged statement is shown again only after ten minutes.</summary>
public sealed record LacpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version, 1 or 2.</summary>
    public required long Version { get; init; }

    /// <summary>The sender.</summary>
    public required LacpPort Actor { get; init; }

    /// <summary>Whom it believes at the other end.</summary>
    public required LacpPort Partner { get; init; }

    /// <inheritdoc/>
    public override string Log => "lacp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Mac("actor_system"u8, Actor.System);
        row.Number("actor_system_priority"u8, Actor.SystemPriority);
        row.Number("actor_key"u8, Actor.Key);
        row.Number("actor_port"u8, Actor.Port);
        row.Number("actor_port_priority"u8, Actor.PortPriority);
        row.Texts("actor_state"u8, Actor.State);
        row.Mac("partner_system"u8, Partner.System);
        row.Number("partner_system_priority"u8, Partner.SystemPriority);
        row.Number("partner_key"u8, Partner.Key);
        row.Number("partner_port"u8, Partner.Port);
        row.Number("partner_port_priority"u8, Partner.PortPriority);
        row.Texts("partner_state"u8, Partner.State);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = Subject.Of(flow.At(Bytes.Side).Mac, vlan: flow.Vlan);
        if (!Actor.System.IsNone && !Actor.System.IsGroup && Actor.System != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, Actor.System.ToString(), "actor system");
    }
}
