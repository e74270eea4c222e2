using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ieee11073;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>One exchange of the Data Export protocol of Philips IntelliVue monitors: an announcement, an association, the system's description, a poll with its answers.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it begins.</param>
public sealed record DataExportExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "data_export";

    /// <summary><c>connect_indication</c>, <c>association</c>, <c>system_created</c>, <c>poll</c>, <c>extended_poll</c>, <c>get</c>, <c>set</c>, <c>release</c> or <c>abort</c>. Guide, chapters 3 and 5.</summary>
    public required string Kind { get; init; }

    /// <summary>How it was answered: <c>accepted</c>, <c>refused</c>, <c>confirmed</c>, <c>ok</c>, the name of an error, or null without an answer.</summary>
    public string? Status { get; init; }

    /// <summary>Class of the objects that are polled: <c>numeric</c>, <c>wave</c>, <c>system</c>, <c>patient-demographics</c>, <c>alert-monitor</c>.</summary>
    public string? ObjectClass { get; init; }

    /// <summary>Group of attributes that is polled: <c>all</c>, <c>observed-values</c>, <c>demographics</c>, <c>identification</c>, <c>production</c> …</summary>
    public string? Group { get; init; }

    /// <summary>Answers; an extended poll is answered again and again, a long answer comes in parts.</summary>
    public long? Answers { get; init; }

    /// <summary>Objects in all answers.</summary>
    public long? Objects { get; init; }

    /// <summary>Alarms that are active, from the last answer that lists them. AlertMonitor, device alert lists.</summary>
    public long? Alarms { get; init; }

    /// <summary>Maker, from the system model.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model, from the system model.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number, from the production specification.</summary>
    public string? Serial { get; init; }

    /// <summary>Revision of the software, from the production specification.</summary>
    public string? Software { get; init; }

    /// <summary>Revision of the hardware, from the production specification.</summary>
    public string? Hardware { get; init; }

    /// <summary>Type of the system in IEEE 11073-10101, as one number.</summary>
    public long? TypeCode { get; init; }

    /// <summary>Label of the bed.</summary>
    public string? BedLabel { get; init; }

    /// <summary>Hardware address, from the system id or the network address information.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>IP address that the monitor states.</summary>
    public Address Ip { get; init; }

    /// <summary>Patients, masked: NOM_ATTR_PT_ID.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal for answers whose measured values are equal (SHA-256, keyed). NOM_ATTR_NU_VAL_OBS, NOM_ATTR_NU_CMPD_VAL_OBS.</summary>
    public string? Values { get; init; }

    /// <summary>Measured values in all answers.</summary>
    public long? ValueCount { get; init; }

    /// <summary>Whether the client sent it; of abort and release.</summary>
    public bool? IsOrig => Kind is "abort" or "release" ? Bytes.Side == Side.Client : null;

    /// <summary>What the system's attributes said.</summary>
    internal SystemAttributes? System { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("status"u8, Status);
        row.Text("object_class"u8, ObjectClass);
        row.Text("group"u8, Group);
        row.Number("answers"u8, Answers);
        row.Number("objects"u8, Objects);
        row.Text("values"u8, Values);
        row.Number("value_count"u8, ValueCount);
        row.Number("alarms"u8, Alarms);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("software"u8, Software);
        row.Text("hardware"u8, Hardware);
        row.Number("type_code"u8, TypeCode);
        row.Text("bed_label"u8, BedLabel);
        row.Mac("mac"u8, Mac);
        row.Address("ip"u8, Ip);
        row.Texts("patients"u8, Patients);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Kind == "connect_indication")
        {
            System?.Claim(flow.Server, into);
            if (!Mac.IsNone && Mac != flow.Server.Mac) into.Claim(flow.Server, ClaimKind.OtherMac, Mac.ToString(), "network address information");
            return;
        }
        if (Status is null && Kind != "system_created") return;
        into.Service(Model);
        if (Kind == "association" && Status == "accepted") into.Claim(flow.Client, ClaimKind.Role, "data-export-client", "association");
        System?.Claim(flow.Server, into);
        into.Claim(flow.Server, ClaimKind.Location, BedLabel, "bed label");
        if (Patients is not null) into.Claim(flow.Server, ClaimKind.InUse, "monitoring", "patient demographics");
    }
}
