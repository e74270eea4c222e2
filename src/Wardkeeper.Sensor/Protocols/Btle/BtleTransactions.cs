using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>One thing that was said by Bluetooth Low Energy. What says the same again is shown again only after ten minutes.</summary>
public sealed record BtleEvent(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>advertisement</c>, <c>directed-advertisement</c>, <c>scan-response</c>, <c>connect</c>, <c>version</c>, <c>services</c>, <c>device-information</c>, <c>security-request</c>, <c>pairing</c>, <c>pairing-failed</c>, <c>encryption</c> or <c>disconnect</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who said it. Where the radio could not tell, the central, and for answers the peripheral.</summary>
    public MacAddress Sender { get; init; }

    /// <summary>To whom; absent for advertisements.</summary>
    public MacAddress Receiver { get; init; }

    /// <summary>Kind of the sender's address: <c>public</c> (its maker's), <c>random-static</c>, <c>random-resolvable</c> or <c>random-non-resolvable</c>; the last two change every few minutes. Volume 6, part B, 1.3.</summary>
    public string? AddressKind { get; init; }

    /// <summary>Whether one can connect to it.</summary>
    public bool? IsConnectable { get; init; }

    /// <summary>Name it gives itself.</summary>
    public string? Name { get; init; }

    /// <summary>Number of the maker whose data it sends, or who made the controller.</summary>
    public long? CompanyId { get; init; }

    /// <summary>Name of that maker.</summary>
    public string? Company { get; init; }

    /// <summary>Services as numbers, those that tell what it is with their names, for example <c>0x1808 glucose</c>; at most 16.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>What it says to look like, for example <c>insulin-pump</c>.</summary>
    public string? Appearance { get; init; }

    /// <summary>Power with which it sends, in dBm.</summary>
    public long? TxPower { get; init; }

    /// <summary>Version of Bluetooth that its controller keeps to.</summary>
    public string? Version { get; init; }

    /// <summary>How they pair: <c>just-works</c> (nobody is asked), <c>passkey</c>, <c>numeric-comparison</c> or <c>out-of-band</c>. Volume 3, part H, 2.3.5.1.</summary>
    public string? PairingMethod { get; init; }

    /// <summary>Whether they agree on the key by elliptic curves; if not, whoever hears the pairing can find the key.</summary>
    public bool? IsSecureConnections { get; init; }

    /// <summary>Whether they will remember each other.</summary>
    public bool? IsBonding { get; init; }

    /// <summary>Length of the key in bytes, 7 to 16.</summary>
    public long? KeySize { get; init; }

    /// <summary>Why it ended or failed. Volume 1, part F; volume 3, part H, 3.5.5.</summary>
    public long? ReasonCode { get; init; }

    /// <summary>Which part of the device's description: <c>manufacturer-name</c>, <c>model-number</c>, <c>serial-number</c>, <c>firmware-revision</c> … Device Information Service 1.1.</summary>
    public string? Attribute { get; init; }

    /// <summary>Its text.</summary>
    public string? Value { get; init; }

    /// <inheritdoc/>
    public override string Log => "btle";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Mac("sender"u8, Sender);
        row.Mac("receiver"u8, Receiver);
        row.Text("address_kind"u8, AddressKind);
        row.Flag("is_connectable"u8, IsConnectable);
        row.Text("name"u8, Name);
        row.Number("company_id"u8, CompanyId);
        row.Text("company"u8, Company);
        row.Texts("services"u8, Services);
        row.Text("appearance"u8, Appearance);
        row.Number("tx_power"u8, TxPower);
        row.Text("version"u8, Version);
        row.Text("pairing_method"u8, PairingMethod);
        row.Flag("is_secure_connections"u8, IsSecureConnections);
        row.Flag("is_bonding"u8, IsBonding);
        row.Number("key_size"u8, KeySize);
        row.Number("reason_code"u8, ReasonCode);
        row.Text("attribute"u8, Attribute);
        row.Text("value"u8, Value);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        // An address that changes every few minutes is nobody's for long.
        if (Sender.IsNone || AddressKind is "random-resolvable" or "random-non-resolvable" or "random") return;
        Subject sender = Subject.Of(Sender);
        into.Claim(sender, ClaimKind.FriendlyName, Name, Kind);
        if (Kind is "advertisement" or "scan-response") into.Claim(sender, ClaimKind.Vendor, Company, "manufacturer data");
        foreach (string service in Services ?? [])
        {
            into.Claim(sender, ClaimKind.AnnouncedService, "ble " + service, Kind);
            into.Claim(sender, ClaimKind.Type, BtleNames.TypeOf(service), Kind);
        }
        if (Attribute is not null && Kind is "device-information") into.Claim(sender, KindOf(Attribute), Value, Attribute);
    }

    private static ClaimKind KindOf(string attribute) => attribute switch
    {
        "manufacturer-name" => ClaimKind.Vendor,
        "model-number" => ClaimKind.Model,
        "serial-number" => ClaimKind.SerialNumber,
        "firmware-revision" => ClaimKind.Firmware,
        "hardware-revision" => ClaimKind.HardwareVersion,
        "software-revision" => ClaimKind.Software,
        _ => ClaimKind.FriendlyName,
    };
}
