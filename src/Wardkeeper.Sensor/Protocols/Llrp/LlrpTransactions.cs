using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Llrp;

/// <summary>One request to an RFID reader with its answer, an event of the reader, or a number of tag reports. GS1 LLRP 1.1.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it begins.</param>
public sealed record LlrpExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "llrp";

    /// <summary>Version: <c>1.0.1</c> or <c>1.1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Message as the standard spells it, for example <c>GET_READER_CAPABILITIES</c>; <c>RO_ACCESS_REPORT</c> for all reports up to here.</summary>
    public required string Message { get; init; }

    /// <summary>How it was answered: <c>success</c>, the name of an error, or null without an answer.</summary>
    public string? Status { get; init; }

    /// <summary>What the reader says of an error.</summary>
    public string? Error { get; init; }

    /// <summary>Number of the reader operation it is about.</summary>
    public long? Rospec { get; init; }

    /// <summary>Operations on tags that an access specification asks for: <c>read</c>, <c>write</c>, <c>kill</c>, <c>lock</c>, <c>block-erase</c>, <c>block-write</c>.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>Events in a notification: <c>connection-attempt</c>, <c>antenna</c>, <c>reader-exception</c> …</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>What became of a connection attempt: <c>accepted</c>, or why it was refused.</summary>
    public string? Connection { get; init; }

    /// <summary>Maker of the reader; its private enterprise number (IANA) where that has no name here.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Model; the maker's number of it where that has no name here.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>Antennas that the reader has, or that reported.</summary>
    public long? Antennas { get; init; }

    /// <summary>Identity of the reader, hexadecimal: its hardware address or EUI-64, or an EPC.</summary>
    public string? ReaderId { get; init; }

    /// <summary>Hardware address in the reader's identity.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Reports.</summary>
    public long? Reports { get; init; }

    /// <summary>Tags in these reports, each as often as it was reported; which tags they are is not told.</summary>
    public long? Tags { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("message"u8, Message);
        row.Text("status"u8, Status);
        row.Text("error"u8, Error);
        row.Number("rospec"u8, Rospec);
        row.Texts("operations"u8, Operations);
        row.Texts("events"u8, Events);
        row.Text("connection"u8, Connection);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("firmware"u8, Firmware);
        row.Number("antennas"u8, Antennas);
        row.Text("reader_id"u8, ReaderId);
        row.Mac("mac"u8, Mac);
        row.Number("reports"u8, Reports);
        row.Number("tags"u8, Tags);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is null && Events is null && Reports is null) return;
        into.Service(Firmware);
        into.Claim(flow.Server, ClaimKind.Type, "rfid-reader", Message);
        into.Claim(flow.Server, ClaimKind.Vendor, Manufacturer is { } maker && char.IsLetter(maker[0]) ? maker : null, "GeneralDeviceCapabilities");
        into.Claim(flow.Server, ClaimKind.Model, Model, "GeneralDeviceCapabilities");
        into.Claim(flow.Server, ClaimKind.Firmware, Firmware, "GeneralDeviceCapabilities");
        if (!Mac.IsNone && Mac != flow.Server.Mac) into.Claim(flow.Server, ClaimKind.OtherMac, Mac.ToString(), "Identification");
    }
}
