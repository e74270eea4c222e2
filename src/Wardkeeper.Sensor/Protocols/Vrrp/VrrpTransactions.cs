using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Vrrp;

/// <summary>What the master of a virtual router stated. An unchanged statement is shown again only after ten minutes.</summary>
public sealed record VrrpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version, 2 or 3.</summary>
    public required long Version { get; init; }

    /// <summary>Number of the virtual router, 1 to 255.</summary>
    public long VirtualRouter { get; init; }

    /// <summary>Priority: 255 owns the addresses, 0 resigns. RFC 9568, 5.2.4.</summary>
    public long Priority { get; init; }

    /// <summary>Addresses that it answers for, at most 32.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Time between statements, in seconds.</summary>
    public double Interval { get; init; }

    /// <summary>What authenticates it in version 2: <c>text</c> (kept from view) or <c>header</c>; absent if nothing does.</summary>
    public string? Authentication { get; init; }

    /// <summary>Hardware address that goes with the addresses; it follows from the number.</summary>
    public MacAddress VirtualMac { get; init; }

    /// <inheritdoc/>
    public override string Log => "vrrp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Number("virtual_router"u8, VirtualRouter);
        row.Number("priority"u8, Priority);
        row.Texts("addresses"u8, Addresses);
        row.Real("interval"u8, Interval);
        row.Text("authentication"u8, Authentication);
        row.Mac("virtual_mac"u8, VirtualMac);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.At(Bytes.Side), ClaimKind.Role, "router", "virtual router");
        if (Priority == 0) return;
        foreach (string text in Addresses)
        {
            if (Address.TryParse(text, out Address address) && !address.IsUnspecified && !address.IsMulticastOrBroadcast) into.Claim(Subject.Of(VirtualMac, address, flow.Vlan), ClaimKind.AddressBinding, text, "master of a virtual router");
        }
    }
}
