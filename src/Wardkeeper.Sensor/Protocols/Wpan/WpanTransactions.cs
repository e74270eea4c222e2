using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Wpan;

/// <summary>One thing that was said in a small radio network. What says the same again is shown again only after ten minutes.</summary>
public sealed record WpanEvent(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>beacon</c>, <c>beacon-request</c>, <c>association-request</c>, <c>association-response</c>, <c>disassociation</c>, <c>orphan-notification</c>, <c>realignment</c>, <c>traffic</c> (that a device speaks, and how protected), <c>key-transport</c> or <c>key-establishment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the network (PAN).</summary>
    public ushort? Pan { get; init; }

    /// <summary>Short address of the sender of this hop.</summary>
    public ushort? SenderShort { get; init; }

    /// <summary>Short address of the receiver of this hop; 0xffff is everybody.</summary>
    public ushort? ReceiverShort { get; init; }

    /// <summary>Long address of the sender, 0 if not shown.</summary>
    public ulong SenderExtended { get; init; }

    /// <summary>Long address of the receiver, 0 if not shown.</summary>
    public ulong ReceiverExtended { get; init; }

    /// <summary>Long name of a ZigBee network, 0 if not shown.</summary>
    public ulong ExtendedPan { get; init; }

    /// <summary>Whether the beacon's sender began the network.</summary>
    public bool? IsCoordinator { get; init; }

    /// <summary>Whether devices may join at this time.</summary>
    public bool? IsJoiningPermitted { get; init; }

    /// <summary>ZigBee's stack profile: 1 ZigBee, 2 ZigBee PRO.</summary>
    public long? StackProfile { get; init; }

    /// <summary><c>full-function</c> (may be a router) or <c>reduced-function</c>. 7.5.2.</summary>
    public string? DeviceKind { get; init; }

    /// <summary>Whether it has mains power.</summary>
    public bool? IsMainsPowered { get; init; }

    /// <summary>Status of an answer (0 is success) or reason of a farewell. 7.5.3 and 7.5.4.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Short address that a device was given.</summary>
    public ushort? AssignedAddress { get; init; }

    /// <summary>ZigBee's short address of whoever the frame began with; 0x0000 is the coordinator.</summary>
    public ushort? NetworkSource { get; init; }

    /// <summary>Long address of that one, 0 if not shown.</summary>
    public ulong NetworkExtended { get; init; }

    /// <summary>Whether IEEE 802.15.4 itself protects the frame; present only if so.</summary>
    public bool? IsLinkSecured { get; init; }

    /// <summary>Whether ZigBee's network layer protects it.</summary>
    public bool? IsNetworkSecured { get; init; }

    /// <summary>Whether ZigBee's application support protects it; absent where that cannot be seen.</summary>
    public bool? IsApplicationSecured { get; init; }

    /// <summary>Which key was sent in clear; the key itself is not kept.</summary>
    public string? KeyKind { get; init; }

    /// <summary>Whether a key went through the air in clear, for everybody to hear. If not, it is protected by a key that both had before, which may be the one that all devices know.</summary>
    public bool? IsCleartext { get; init; }

    /// <inheritdoc/>
    public override string Log => "wpan";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("pan"u8, Text(Pan));
        row.Text("sender_short"u8, Text(SenderShort));
        row.Text("receiver_short"u8, Text(ReceiverShort));
        row.Text("sender_extended"u8, Text(SenderExtended));
        row.Text("receiver_extended"u8, Text(ReceiverExtended));
        row.Text("extended_pan"u8, Text(ExtendedPan));
        row.Flag("is_coordinator"u8, IsCoordinator);
        row.Flag("is_joining_permitted"u8, IsJoiningPermitted);
        row.Number("stack_profile"u8, StackProfile);
        row.Text("device_kind"u8, DeviceKind);
        row.Flag("is_mains_powered"u8, IsMainsPowered);
        row.Number("status_code"u8, StatusCode);
        row.Text("assigned_address"u8, Text(AssignedAddress));
        row.Text("network_source"u8, Text(NetworkSource));
        row.Text("network_extended"u8, Text(NetworkExtended));
        row.Flag("is_link_secured"u8, IsLinkSecured);
        row.Flag("is_network_secured"u8, IsNetworkSecured);
        row.Flag("is_application_secured"u8, IsApplicationSecured);
        row.Text("key_kind"u8, KeyKind);
        row.Flag("is_cleartext"u8, IsCleartext);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Name(SenderExtended, into);
        Name(ReceiverExtended, into);
        if (NetworkExtended != SenderExtended) Name(NetworkExtended, into);
        if (NetworkSource == 0 && NetworkExtended != 0) into.Claim(Of(NetworkExtended), ClaimKind.Role, "zigbee-coordinator", "network source");
        if (Kind == "association-request" && SenderExtended != 0) into.Claim(Of(SenderExtended), ClaimKind.Role, DeviceKind == "full-function" ? "wpan-router" : "wpan-end-device", "capability");
        if (Kind == "association-response" && StatusCode == 0 && ReceiverExtended != 0 && SenderExtended != 0)
            into.Claim(Of(ReceiverExtended), ClaimKind.SwitchPort, $"{Address.OfRadio(SenderExtended)} (PAN {Text(Pan)})", "association");
        if (Kind == "key-transport" && IsCleartext is true && SenderExtended != 0) into.Claim(Of(SenderExtended), ClaimKind.Anomaly, $"sends a {KeyKind} key in clear", "transport key");
    }

    /// <summary>An identifier made of a hardware address (FF FE in its middle) names a card that may be seen on the wire too: the gateway's.</summary>
    private static void Name(ulong extended, ObservationBatch into)
    {
        if (extended == 0) return;
        into.Claim(Of(extended), ClaimKind.Description, $"IEEE 802.15.4 address {Text(extended)}", "address");
        if (((extended >> 24) & 0xFFFF) == 0xFFFE) into.Claim(Of(extended), ClaimKind.OtherMac, Address.OfRadio(extended).RadioCard.ToString(), "made of a hardware address");
    }

    private static Subject Of(ulong extended) => new(default, Address.OfRadio(extended));

    private static string? Text(ushort? number) => number is { } value ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x4}") : null;

    private static string? Text(ulong extended) =>
        extended == 0 ? null : string.Join(':', Enumerable.Range(0, 8).Select(i => ((extended >> (56 - (8 * i))) & 0xFF).ToString("x2", CultureInfo.InvariantCulture)));
}
