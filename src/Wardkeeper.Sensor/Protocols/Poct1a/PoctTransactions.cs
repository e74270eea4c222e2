using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>
/// One message of a conversation with the acknowledgement it got, or an acknowledgement that matched no message. What the device
/// said of itself when the conversation began stands in each. Texts are cut to 199 characters.
/// </summary>
/// <param name="At">Time of the packet that completed the acknowledgement, or the message when there was none.</param>
/// <param name="Bytes">Where the message lies in its sender's stream.</param>
public sealed record PoctExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "poct1a";

    /// <summary>Whether the end that opened the connection sent the message.</summary>
    public bool IsOrig => (Bytes.Side == Side.Client) != (Flow?.ClientIsResponder ?? false);

    /// <summary>Part the sender plays: <c>device</c> or <c>manager</c>; absent while nothing has told.</summary>
    public string? SenderRole { get; init; }

    /// <summary>Name of the message, for example <c>HEL.R01</c>, <c>OBS.R01</c> (patients), <c>OBS.R02</c> (controls), <c>DTV.R01</c>.</summary>
    public string? MessageType { get; init; }

    /// <summary>Control id of the message; a patient's identifier or name inside it is masked. HDR.control_id.</summary>
    public MaskedText? ControlId { get; init; }

    /// <summary>Version of the protocol. HDR.version_id.</summary>
    public string? Version { get; init; }

    /// <summary>Time stamp the sender gave the message, as sent. HDR.creation_dttm.</summary>
    public string? MessageTime { get; init; }

    /// <summary>Character set in which the message was read.</summary>
    public string? DecodedAs { get; init; }

    /// <summary>What the device said of itself.</summary>
    public PoctDevice? Device { get; init; }

    /// <summary>Identity of the device: an EUI-64, or what the maker uses in its place. DEV.device_id.</summary>
    public string? DeviceId => Device?.Id;

    /// <summary>Maker of the device. DEV.manufacturer_name, else DEV.vendor_id.</summary>
    public string? Vendor => Device?.Vendor;

    /// <summary>Model of the device. DEV.model_id.</summary>
    public string? Model => Device?.Model;

    /// <summary>Serial number of the device. DEV.serial_id.</summary>
    public string? Serial => Device?.Serial;

    /// <summary>Version of the device's hardware. DEV.hw_version.</summary>
    public string? Hardware => Device?.Hardware;

    /// <summary>Version of the device's software. DEV.sw_version.</summary>
    public string? Software => Device?.Software;

    /// <summary>Name of the device for people. DEV.device_name.</summary>
    public string? DeviceName => Device?.Name;

    /// <summary>Where the device says that it stands. DEV.location.</summary>
    public string? Location => Device?.Location;

    /// <summary>How the device connects: <c>SA</c> asynchronously, <c>CS</c> continuously. DSC.connection_profile_cd.</summary>
    public string? Profile { get; init; }

    /// <summary>Topics the device can speak of, at most 32. DSC.topics_supported_cd.</summary>
    public IReadOnlyList<string>? Topics { get; init; }

    /// <summary>Directives the device obeys, at most 32. DSC.directives_supported_cd.</summary>
    public IReadOnlyList<string>? Directives { get; init; }

    /// <summary>State of the device: <c>R</c> ready, <c>B</c> busy, <c>L</c> locked. DST.condition_cd.</summary>
    public string? Condition { get; init; }

    /// <summary>Observations that wait to be sent. DST.new_observations_qty.</summary>
    public long? NewObservations { get; init; }

    /// <summary>Events that wait to be sent. DST.new_events_qty.</summary>
    public long? NewEvents { get; init; }

    /// <summary>What is asked for, ordered or ended: REQ.request_cd, DTV.command_cd, EOT.topic_cd, TRM.reason_cd, ESC.detail_cd.</summary>
    public IReadOnlyList<string>? Commands { get; init; }

    /// <summary>What kind of measurements these are: <c>OBS</c> patient, <c>LQC</c> quality control, <c>CVR</c> calibration verification … SVC.role_cd.</summary>
    public IReadOnlyList<string>? ServiceRoles { get; init; }

    /// <summary>Why they are sent: <c>NEW</c>, <c>RES</c> sent again, <c>EDT</c> edited. SVC.reason_cd.</summary>
    public IReadOnlyList<string>? ObservationReasons { get; init; }

    /// <summary>Observations in the message.</summary>
    public long Observations { get; init; }

    /// <summary>Codes of what was measured, distinct, at most 32. OBS.observation_id.</summary>
    public IReadOnlyList<MaskedText>? Tests { get; init; }

    /// <summary>Patients, masked, distinct, at most 32. PT.patient_id.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal for messages that are equal byte by byte (SHA-256, keyed); absent once bytes of the side were lost.</summary>
    public string? Digest { get; init; }

    /// <summary>Results, at most 32: code, nothing, reason and eight hexadecimal digits that are equal for equal values (SHA-256, keyed), joined by ^. OBS.observation_id, SVC.reason_cd, OBS.value.</summary>
    public IReadOnlyList<MaskedText>? Results { get; init; }

    /// <summary>When the first of them was measured, as sent. SVC.observation_dttm.</summary>
    public string? ObservedAt { get; init; }

    /// <summary>Patients in the message: of a list of patients all that it holds.</summary>
    public long PatientCount { get; init; }

    /// <summary>Operators in the message: of a list of operators all that it holds.</summary>
    public long OperatorCount { get; init; }

    /// <summary>Device events in the message.</summary>
    public long EventCount { get; init; }

    /// <summary>Code of the acknowledgement the message got: <c>AA</c>, <c>AE</c> or <c>AR</c>; of an acknowledgement alone its own. ACK.type_cd.</summary>
    public string? Ack { get; init; }

    /// <summary>Time from the message to its acknowledgement, in seconds.</summary>
    public TimeSpan? AckAfter { get; init; }

    /// <summary>Number of the error that the acknowledgement gave, never its text. ACK.error_detail_cd.</summary>
    public string? AckError { get; init; }

    /// <summary>Length of the message in bytes.</summary>
    public long Length => Bytes.Length;

    /// <summary>Whether the message was too long to be held, so that only its beginning was read.</summary>
    public bool Truncated { get; init; }

    /// <summary>Whether this message of the device tells for the first time who it is.</summary>
    internal bool IsHello { get; init; }

    /// <summary>Whether any acknowledgement came.</summary>
    internal bool IsAnswered { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("sender_role"u8, SenderRole);
        row.Text("message_type"u8, MessageType);
        row.Text("control_id"u8, ControlId);
        row.Text("version"u8, Version);
        row.Text("message_time"u8, MessageTime);
        row.Text("decoded_as"u8, DecodedAs);
        row.Text("device_id"u8, DeviceId);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("hardware"u8, Hardware);
        row.Text("software"u8, Software);
        row.Text("device_name"u8, DeviceName);
        row.Text("location"u8, Location);
        row.Text("profile"u8, Profile);
        row.Texts("topics"u8, Topics);
        row.Texts("directives"u8, Directives);
        row.Text("condition"u8, Condition);
        row.Number("new_observations"u8, NewObservations);
        row.Number("new_events"u8, NewEvents);
        row.Texts("commands"u8, Commands);
        row.Texts("service_roles"u8, ServiceRoles);
        row.Texts("observation_reasons"u8, ObservationReasons);
        row.Number("observations"u8, Some(Observations));
        row.Texts("tests"u8, Tests);
        row.Texts("patients"u8, Patients);
        row.Text("digest"u8, Digest);
        row.Texts("results"u8, Results);
        row.Text("observed_at"u8, ObservedAt);
        row.Number("patient_count"u8, Some(PatientCount));
        row.Number("operator_count"u8, Some(OperatorCount));
        row.Number("event_count"u8, Some(EventCount));
        row.Text("ack"u8, Ack);
        row.Span("ack_after"u8, AckAfter);
        row.Text("ack_error"u8, AckError);
        row.Number("bytes"u8, Length);
        row.Flag("truncated"u8, Truncated ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side), receiver = flow.At(Bytes.Side == Side.Client ? Side.Server : Side.Client);
        if (SenderRole == "device") into.Claim(sender, ClaimKind.Role, "poct1a-device", "message type");
        else if (SenderRole == "manager") into.Claim(sender, ClaimKind.Role, "poct1a-manager", "message type");
        if (SenderRole == "device" && IsAnswered) into.Claim(receiver, ClaimKind.Role, "poct1a-manager", "ACK");
        if (IsHello && Device is { } device) Describe(device, sender, into);
        // Whoever waits for connections serves at its port: mostly the manager, a device in some.
        if (Bytes.Side == Side.Client ? IsAnswered : SenderRole is not null) into.Service(SenderRole == "device" && Bytes.Side == Side.Server ? Model : null);
    }

    private static void Describe(PoctDevice device, Subject sender, ObservationBatch into)
    {
        into.Claim(sender, ClaimKind.Vendor, device.Vendor, "DEV.manufacturer_name");
        into.Claim(sender, ClaimKind.Model, device.Model, "DEV.model_id");
        into.Claim(sender, ClaimKind.SerialNumber, device.Serial, "DEV.serial_id");
        into.Claim(sender, ClaimKind.HardwareVersion, device.Hardware, "DEV.hw_version");
        into.Claim(sender, ClaimKind.Software, device.Software, "DEV.sw_version");
        into.Claim(sender, ClaimKind.FriendlyName, device.Name, "DEV.device_name");
        into.Claim(sender, ClaimKind.Description, device.Id, "DEV.device_id");
        into.Claim(sender, ClaimKind.Location, device.Location, "DEV.location");
    }

    private static long? Some(long count) => count == 0 ? null : count;
}
