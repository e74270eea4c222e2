using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Slp;

/// <summary>One message of service location: what is looked for, or what is offered with its attributes.</summary>
/// <param name="At">Time of the packet that brought it.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record SlpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "srvloc";

    /// <summary>Version, 1 or 2.</summary>
    public int Version { get; init; }

    /// <summary>Message: <c>service request</c>, <c>service reply</c>, <c>registration</c>, <c>attribute request</c>, <c>attribute reply</c>, <c>directory advertisement</c>, <c>service types request</c>, <c>service types reply</c>, <c>agent advertisement</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Service type or URL that is asked for.</summary>
    public string? ServiceType { get; init; }

    /// <summary>Scopes.</summary>
    public string? Scopes { get; init; }

    /// <summary>Where services are, at most 8.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Attributes as <c>name=value</c>, at most 32.</summary>
    public IReadOnlyList<string>? Attributes { get; init; }

    /// <summary>Error of an answer, 1 to 15. RFC 2608, section 7.</summary>
    public int? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("kind"u8, Kind);
        row.Text("service_type"u8, ServiceType);
        row.Text("scopes"u8, Scopes);
        row.Texts("urls"u8, Urls);
        row.Texts("attributes"u8, Attributes);
        row.Number("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject speaker = flow.At(Bytes.Side);
        if (Bytes.Side == Side.Server) into.Service();
        // A directory tells of others' services.
        if (Kind is not ("registration" or "attribute reply" or "service reply" or "agent advertisement")) return;
        foreach (string url in Urls ?? [])
        {
            int end = url.IndexOf("://", StringComparison.Ordinal);
            into.Claim(speaker, ClaimKind.AnnouncedService, end > 0 ? url[..end] : null, $"{Kind}, URL");
        }
        foreach (string attribute in Attributes ?? []) Describe(attribute, speaker, into);
    }

    /// <summary>What printers and other devices say of themselves: Hewlett-Packard's attributes, IEEE 1284 identifications, and those of service templates.</summary>
    private static void Describe(string attribute, Subject speaker, ObservationBatch into)
    {
        int equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) return;
        string name = attribute[..equals].Trim(), value = attribute[(equals + 1)..].Trim();
        switch (name)
        {
            case "x-hp-hn":
                into.Claim(speaker, ClaimKind.HostName, value, name);
                break;
            case "x-hp-mac":
                if (value.Length == 12 && ulong.TryParse(value, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out ulong mac)) into.Claim(speaker, ClaimKind.OtherMac, new MacAddress(mac).ToString(), name);
                break;
            case "printer-make-and-model" or "make-and-model":
                into.Claim(speaker, ClaimKind.Model, value, name);
                break;
            case "printer-name":
                into.Claim(speaker, ClaimKind.FriendlyName, value, name);
                break;
            case "printer-location":
                into.Claim(speaker, ClaimKind.Location, value, name);
                break;
            case "x-hp-p1" or "printer-info" or "x-hp-device-id":
                foreach (string part in value.Split(';'))
                {
                    int colon = part.IndexOf(':', StringComparison.Ordinal);
                    if (colon < 1) continue;
                    ClaimKind? kind = part[..colon].Trim() switch { "MFG" or "MANUFACTURER" => ClaimKind.Vendor, "MDL" or "MODEL" => ClaimKind.Model, "SN" or "SERN" or "SERIALNUMBER" => ClaimKind.SerialNumber, "FWVER" => ClaimKind.Firmware, "CLS" or "CLASS" when part.EndsWith("PRINTER", StringComparison.OrdinalIgnoreCase) => ClaimKind.Type, _ => null };
                    if (kind is { } known) into.Claim(speaker, known, known == ClaimKind.Type ? "printer" : part[(colon + 1)..], $"{name}, IEEE 1284 identification");
                }
                break;
        }
    }
}
