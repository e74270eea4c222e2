using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>One property that a message names, with its value where the message bears it.</summary>
/// <param name="ObjectId">The object, by type and instance: <c>device 101</c>.</param>
/// <param name="Property">Name of the property.</param>
public sealed record BacnetProperty(string ObjectId, string Property)
{
    /// <summary>Index into a property that is an array.</summary>
    public long? Index { get; init; }

    /// <summary>Its first value.</summary>
    public string? Value { get; init; }

    /// <summary>How many values there are, where there is more than one.</summary>
    public int? Values { get; init; }

    /// <summary>Writes the fields.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("object_id"u8, ObjectId);
        row.Text("property"u8, Property);
        row.Number("index"u8, Index);
        row.Text("value"u8, Value);
        row.Number("values"u8, Values);
    }
}

/// <summary>One message of BACnet: a confirmed request with its answer, an unconfirmed one, or one of the network or the virtual link.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record BacnetMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "bacnet";

    /// <summary>Whether the flow's originator sent it, or the request of it.</summary>
    public bool IsOrig { get; init; }

    /// <summary>Function of the virtual link, for example <c>original-unicast-npdu</c>. Annex J.2.</summary>
    public required string BvlcFunction { get; init; }

    /// <summary>Kind of message: <c>confirmed-request</c>, <c>unconfirmed-request</c>, <c>network</c>, <c>link</c>; an answer whose request was not seen has its own kind.</summary>
    public required string PduType { get; init; }

    /// <summary>Service, or name of the network's or the link's message.</summary>
    public string? PduService { get; init; }

    /// <summary>Number that pairs request and answer, 0 to 255.</summary>
    public int? InvokeId { get; init; }

    /// <summary>How it was answered: <c>simple-ack</c>, <c>complex-ack</c>, <c>error</c>, <c>reject</c>, <c>abort</c>; of the link its result. Null without an answer.</summary>
    public string? Result { get; init; }

    /// <summary>Class and code of an error, or the reason of a reject or abort. Clause 18.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the message came in segments; only the first is read. Clause 5.2.</summary>
    public bool? Segmented { get; init; }

    /// <summary>The first object named, by type and instance.</summary>
    public string? ObjectId { get; init; }

    /// <summary>Properties that were asked for, read or written, at most 64.</summary>
    public IReadOnlyList<BacnetProperty>? Properties { get; init; }

    /// <summary>Instance of the device that speaks or is spoken of, 0 to 4,194,303.</summary>
    public long? DeviceInstance { get; init; }

    /// <summary>Number of the maker, as ASHRAE gives them.</summary>
    public long? VendorId { get; init; }

    /// <summary>The maker's name by that number.</summary>
    public string? Vendor { get; init; }

    /// <summary>Name of an object that is looked for or found.</summary>
    public string? ObjectName { get; init; }

    /// <summary>Lowest device instance that is looked for.</summary>
    public long? RangeLow { get; init; }

    /// <summary>Highest device instance that is looked for.</summary>
    public long? RangeHigh { get; init; }

    /// <summary>What the device is told to do or become: the state of a reinitialization or of its communication, or the time.</summary>
    public string? Argument { get; init; }

    /// <summary>Whether a password came with it; it is not kept.</summary>
    public bool? HasPassword { get; init; }

    /// <summary>Network that the sender lies in, if a router passed the message on, 1 to 65,534.</summary>
    public int? SourceNetwork { get; init; }

    /// <summary>Network that it is meant for; 65,535 is all.</summary>
    public int? DestinationNetwork { get; init; }

    /// <summary>Networks that a router says it leads to.</summary>
    public IReadOnlyList<long>? Networks { get; init; }

    /// <summary>Sender of a message that a broadcast manager passed on.</summary>
    public Address Origin { get; init; }

    /// <summary>Seconds for which a foreign device registers.</summary>
    public int? TimeToLive { get; init; }

    /// <summary>Addresses in a table of broadcast managers or foreign devices, at most 64.</summary>
    public IReadOnlyList<string>? Table { get; init; }

    /// <summary>Side that the facts in it are about.</summary>
    internal Side Speaker { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("bvlc_function"u8, BvlcFunction);
        row.Text("pdu_type"u8, PduType);
        row.Text("pdu_service"u8, PduService);
        row.Number("invoke_id"u8, InvokeId);
        row.Text("result"u8, Result);
        row.Text("reason"u8, Reason);
        row.Flag("segmented"u8, Segmented);
        row.Text("object_id"u8, ObjectId);
        row.Objects("properties"u8, Properties, static (one, property) => property.Write(one));
        row.Number("device_instance"u8, DeviceInstance);
        row.Number("vendor_id"u8, VendorId);
        row.Text("vendor"u8, Vendor);
        row.Text("object_name"u8, ObjectName);
        row.Number("range_low"u8, RangeLow);
        row.Number("range_high"u8, RangeHigh);
        row.Text("argument"u8, Argument);
        row.Flag("has_password"u8, HasPassword);
        row.Number("source_network"u8, SourceNetwork);
        row.Number("destination_network"u8, DestinationNetwork);
        row.Numbers("networks"u8, Networks);
        row.Address("origin"u8, Origin);
        row.Number("time_to_live"u8, TimeToLive);
        row.Texts("table"u8, Table);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Speaker == Side.Server && Result is not null) into.Service();
        // Behind a router lies another device than the one whose address this is.
        if (SourceNetwork is not null) return;
        Subject speaker = Origin.IsNone ? flow.At(Speaker) : Subject.Of(default, Origin);
        switch (PduService)
        {
            case "i-am":
                into.Claim(speaker, ClaimKind.Role, "bacnet-device", "I-Am");
                into.Claim(speaker, ClaimKind.AnnouncedService, string.Create(CultureInfo.InvariantCulture, $"bacnet device {DeviceInstance}"), "I-Am, device identifier");
                into.Claim(speaker, ClaimKind.Vendor, Vendor, "I-Am, vendor identifier");
                break;
            case "i-am-router-to-network":
                into.Claim(speaker, ClaimKind.Role, "bacnet-router", "I-Am-Router-To-Network");
                break;
            case "read-broadcast-distribution-table-ack" or "read-foreign-device-table-ack":
                into.Claim(speaker, ClaimKind.Role, "bacnet-broadcast-manager", PduService);
                break;
            case "read-property" or "read-property-multiple" when Result == "complex-ack" && Properties is not null:
                foreach (BacnetProperty property in Properties)
                {
                    if (property.ObjectId.StartsWith("device ", StringComparison.Ordinal)) Fact(speaker, property, into);
                }
                break;
        }
    }

    private static void Fact(Subject device, BacnetProperty property, ObservationBatch into)
    {
        ClaimKind? kind = property.Property switch
        {
            "object-name" => ClaimKind.FriendlyName,
            "vendor-name" => ClaimKind.Vendor,
            "model-name" => ClaimKind.Model,
            "firmware-revision" => ClaimKind.Firmware,
            "application-software-version" => ClaimKind.Software,
            "serial-number" => ClaimKind.SerialNumber,
            "location" => ClaimKind.Location,
            "description" => ClaimKind.Description,
            _ => null,
        };
        if (kind is { } known) into.Claim(device, known, property.Value, "device object, " + property.Property);
    }
}
