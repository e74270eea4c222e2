using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// One HL7 v2 message with the acknowledgement it got, or an acknowledgement that matched no message. Texts are as sent, in the
/// recommended delimiters whatever the message uses, at most 199 characters of them.
/// </summary>
/// <param name="At">Time of the packet that completed the acknowledgement, or the message when there was none.</param>
/// <param name="Bytes">Where the message lies in its sender's stream, without MLLP blocks.</param>
public sealed record Hl7Exchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "hl7";

    /// <inheritdoc/>
    internal override string? Protocol => "hl7";

    /// <summary>Whether the end that opened the connection sent the message.</summary>
    public bool IsOrig => (Bytes.Side == Side.Client) != (Flow?.ClientIsResponder ?? false);

    /// <summary>Message type and trigger event, for example <c>ORU^R01</c>. MSH-9.1 and MSH-9.2.</summary>
    public string? MessageType { get; init; }

    /// <summary>Abstract message structure, for example <c>ORU_R01</c>. MSH-9.3.</summary>
    public string? MessageStructure { get; init; }

    /// <summary>Sending application, all components; devices put their EUI-64 here. MSH-3.</summary>
    public string? Msh3 { get; init; }

    /// <summary>Sending facility, all components. MSH-4.</summary>
    public string? Msh4 { get; init; }

    /// <summary>Receiving application, all components. MSH-5.</summary>
    public string? Msh5 { get; init; }

    /// <summary>Receiving facility, all components. MSH-6.</summary>
    public string? Msh6 { get; init; }

    /// <summary>Message control id; a patient's identifier or name inside it is masked. MSH-10.</summary>
    public MaskedText? ControlId { get; init; }

    /// <summary>Time stamp the sender gave the message, as sent: YYYYMMDDHHMMSS with fraction and zone where given. MSH-7.</summary>
    public string? MessageTime { get; init; }

    /// <summary>Processing id: <c>P</c> production, <c>T</c> training, <c>D</c> debugging. MSH-11.</summary>
    public string? ProcessingId { get; init; }

    /// <summary>HL7 version, for example <c>2.5.1</c>. MSH-12.1.</summary>
    public string? Version { get; init; }

    /// <summary>When the sender wants a commit acknowledgement: <c>AL</c>, <c>NE</c>, <c>ER</c> or <c>SU</c>. MSH-15.</summary>
    public string? AcceptAckType { get; init; }

    /// <summary>When the sender wants an application acknowledgement: <c>AL</c>, <c>NE</c>, <c>ER</c> or <c>SU</c>. Some analysers use it for the kind of result. MSH-16.</summary>
    public string? ApplicationAckType { get; init; }

    /// <summary>Character set the sender declared; it may lie. MSH-18.</summary>
    public string? CharacterSet { get; init; }

    /// <summary>Character set in which the message was read, for example <c>ascii</c>, <c>utf-8</c>, <c>gb18030</c>, <c>iso-8859-1</c>.</summary>
    public string? DecodedAs { get; init; }

    /// <summary>Message profile, for example <c>IHE_PCD_001^IHE PCD^…</c>; the first if there are several. MSH-21.</summary>
    public string? Profile { get; init; }

    /// <summary>Distinct names of the message's segments in order of first appearance, at most 64.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>How often each of <see cref="Segments"/> occurs.</summary>
    public IReadOnlyList<long> SegmentCounts { get; init; } = [];

    /// <summary>Length of the message in bytes, without MLLP blocks; of a truncated one, of what was read.</summary>
    public long Length => Bytes.Length;

    /// <summary>The patient, masked: PID-3.1, else PID-2, PID-4, the merged identifier (MRG-1) or the subject of a query (QRD-8, QPD-3).</summary>
    public MaskedText? Patient { get; init; }

    /// <summary>Devices that made observations, distinct, at most 64, with all components. OBX-18 and PRT-10.</summary>
    public IReadOnlyList<string>? Equipment { get; init; }

    /// <summary>Devices whose observations are coded by IEEE 11073 (IHE PCD), with type, versions and what they do; at most 16. OBX, PRT.</summary>
    public IReadOnlyList<Hl7Device>? Devices { get; init; }

    /// <summary>Event of the alarm that the message reports, patients masked. OBX-5 of MDC_EVT_ALARM, else OBX-3.</summary>
    public MaskedText? AlarmEvent { get; init; }

    /// <summary>Phase of that alarm: <c>start</c>, <c>continue</c>, <c>end</c> … OBX-5 of MDC_ATTR_EVENT_PHASE.</summary>
    public string? AlarmPhase { get; init; }

    /// <summary>State of that alarm: <c>active</c>, <c>inactive</c>, <c>latched</c>. OBX-5 of MDC_ATTR_ALARM_STATE.</summary>
    public string? AlarmState { get; init; }

    /// <summary>Priority of that alarm: <c>PL</c>, <c>PM</c>, <c>PH</c>. OBX-5 of MDC_ATTR_ALARM_PRIORITY, else OBX-8.</summary>
    public string? AlarmPriority { get; init; }

    /// <summary>Type of that alarm: <c>SP</c> physiological, <c>ST</c> technical, <c>SA</c> advisory. OBX-5 of MDC_ATTR_ALERT_TYPE, else OBX-8.</summary>
    public string? AlarmType { get; init; }

    /// <summary>Control id of the batch or file around the message, masked like <see cref="ControlId"/>. BHS-11, else FHS-11.</summary>
    public MaskedText? Batch { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal for messages that are equal byte by byte (SHA-256, keyed).</summary>
    public string? Digest { get; init; }

    /// <summary>Results, at most 32: code, place (OBX-4), status and eight hexadecimal digits that are equal for equal values (SHA-256, keyed), joined by ^. OBX-3, -4, -11, -5 with -6.</summary>
    public IReadOnlyList<MaskedText>? Results { get; init; }

    /// <summary>When the first result was observed, as sent. OBX-14, else OBR-7.</summary>
    public string? ObservedAt { get; init; }

    /// <summary>Eight hexadecimal digits for each number of an order, at most 16, equal for equal numbers (SHA-256, keyed). OBR-2 and -3, ORC-2 and -3.</summary>
    public IReadOnlyList<string>? Orders { get; init; }

    /// <summary>What is done to the first order: <c>NW</c> new, <c>XO</c> changed, <c>CA</c> cancelled … ORC-1.</summary>
    public string? OrderControl { get; init; }

    /// <summary>Code of what a pharmacy order gives, its text where there is no code. RXE-2 or RXG-4.</summary>
    public MaskedText? GiveCode { get; init; }

    /// <summary>How fast it is given, else how much. RXE-23 or RXG-15, else RXE-3 or RXG-5.</summary>
    public double? GiveAmount { get; init; }

    /// <summary>Unit of that. RXE-24 or RXG-16, else RXE-5 or RXG-7.</summary>
    public string? GiveUnits { get; init; }

    /// <summary>What hexadecimal escapes smuggle into a text: <c>segment</c>, a line that begins like one; <c>frame</c>, a block character of MLLP.</summary>
    public string? Injection { get; init; }

    /// <summary>What was wrong with the framing on this side since its message before: frames without end or header, text between frames. MLLP, release 1.</summary>
    public long FramingFaults { get; init; }

    /// <summary>Whether this side of the connection had sent the same control id before, within its latest 64.</summary>
    public bool Repeat { get; init; }

    /// <summary>Control id of the message that this one answers or acknowledges, masked like <see cref="ControlId"/>. MSA-2.</summary>
    public MaskedText? Answers { get; init; }

    /// <summary>Whether this is an acknowledgement for which no message was seen.</summary>
    public bool IsAck { get; init; }

    /// <summary>
    /// Code of the acknowledgement the message got: <c>AA</c>, <c>AE</c>, <c>AR</c>, else that of the commit acknowledgement
    /// (<c>CA</c>, <c>CE</c>, <c>CR</c>); with <see cref="IsAck"/> the code it carries itself. MSA-1.
    /// </summary>
    public string? Ack { get; init; }

    /// <summary>Time from the message to that acknowledgement, in seconds.</summary>
    public TimeSpan? AckAfter { get; init; }

    /// <summary>Code of the commit acknowledgement (enhanced mode): <c>CA</c>, <c>CE</c> or <c>CR</c>.</summary>
    public string? CommitAck { get; init; }

    /// <summary>Time from the message to the commit acknowledgement, in seconds.</summary>
    public TimeSpan? CommitAckAfter { get; init; }

    /// <summary>Code of the first error an acknowledgement gave, never its text. ERR-3.1, before version 2.5 ERR-1.4 or MSA-6.</summary>
    public string? AckError { get; init; }

    /// <summary>Whether the message was too long to be held, so that only its beginning was read.</summary>
    public bool Truncated { get; init; }

    /// <summary>Whether the message came in an MLLP frame; bare text and bodies of HTTP have none.</summary>
    public bool Framed { get; init; }

    /// <summary>Whether the bytes are not in the character set that MSH-18 declares.</summary>
    internal bool IsMisdeclared { get; init; }

    /// <summary>Whether any acknowledgement came.</summary>
    internal bool IsAnswered { get; init; }

    /// <summary>What the acknowledgement's sender calls itself. MSH-3 of the acknowledgement.</summary>
    internal string? AckMsh3 { get; init; }

    /// <summary>Facility of the acknowledgement's sender. MSH-4 of the acknowledgement.</summary>
    internal string? AckMsh4 { get; init; }

    /// <summary>When the message itself was complete.</summary>
    internal CaptureTime Sent { get; init; } = At;

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("message_type"u8, MessageType);
        row.Text("message_structure"u8, MessageStructure);
        row.Text("msh_3"u8, Msh3);
        row.Text("msh_4"u8, Msh4);
        row.Text("msh_5"u8, Msh5);
        row.Text("msh_6"u8, Msh6);
        row.Text("control_id"u8, ControlId);
        row.Text("message_time"u8, MessageTime);
        row.Text("processing_id"u8, ProcessingId);
        row.Text("version"u8, Version);
        row.Text("accept_ack_type"u8, AcceptAckType);
        row.Text("application_ack_type"u8, ApplicationAckType);
        row.Text("character_set"u8, CharacterSet);
        row.Text("decoded_as"u8, DecodedAs);
        row.Text("profile"u8, Profile);
        row.Texts("segments"u8, Segments);
        row.Numbers("segment_counts"u8, SegmentCounts);
        row.Number("bytes"u8, Length);
        row.Text("patient"u8, Patient);
        row.Texts("equipment"u8, Equipment);
        row.Objects("devices"u8, Devices, static (to, device) => device.Write(to));
        row.Text("alarm_event"u8, AlarmEvent);
        row.Text("alarm_phase"u8, AlarmPhase);
        row.Text("alarm_state"u8, AlarmState);
        row.Text("alarm_priority"u8, AlarmPriority);
        row.Text("alarm_type"u8, AlarmType);
        row.Text("batch"u8, Batch);
        row.Text("digest"u8, Digest);
        row.Texts("results"u8, Results);
        row.Text("observed_at"u8, ObservedAt);
        row.Texts("orders"u8, Orders);
        row.Text("order_control"u8, OrderControl);
        row.Text("give_code"u8, GiveCode);
        row.Real("give_amount"u8, GiveAmount);
        row.Text("give_units"u8, GiveUnits);
        row.Text("injection"u8, Injection);
        row.Number("framing_faults"u8, FramingFaults == 0 ? null : FramingFaults);
        row.Flag("repeat"u8, Repeat ? true : null);
        row.Text("answers"u8, Answers);
        row.Flag("is_ack"u8, IsAck ? true : null);
        row.Text("ack"u8, Ack);
        row.Span("ack_after"u8, AckAfter);
        row.Text("commit_ack"u8, CommitAck);
        row.Span("commit_ack_after"u8, CommitAckAfter);
        row.Text("ack_error"u8, AckError);
        row.Flag("truncated"u8, Truncated ? true : null);
        row.Flag("framed"u8, Framed);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side), receiver = flow.At(Bytes.Side == Side.Client ? Side.Server : Side.Client);
        // Some devices leave MSH-3 empty and name themselves in MSH-4.
        into.Claim(sender, ClaimKind.HlApplication, Msh3 ?? Msh4, Msh3 is null ? "MSH-4" : "MSH-3");
        into.Claim(sender, ClaimKind.HlFacility, Msh4, "MSH-4");
        if (IsMisdeclared) into.Claim(sender, ClaimKind.Anomaly, $"HL7 declares the character set {CharacterSet} and writes {DecodedAs}", "MSH-18");
        if (IsAck)
        {
            into.Claim(sender, ClaimKind.Role, "hl7-receiver", "MSA");
            return;
        }
        (string? sends, string? receives) = Hl7Roles.Of(MessageType);
        bool isObservation = MessageType?.StartsWith("ORU", StringComparison.Ordinal) == true;
        if (isObservation && Devices is not null && sends == "result-reporter") (sends, receives) = ("device-observation-reporter", "device-observation-consumer");
        into.Claim(sender, ClaimKind.Role, "hl7-sender", "MSH-9");
        into.Claim(sender, ClaimKind.Role, sends, "MSH-9");
        if (MessageType is not null) into.Claim(sender, ClaimKind.HlMessageType, $"{MessageType} sends", "MSH-9");
        if (isObservation) Hl7DeviceClaims.State(this, sender, into);
        if (!IsAnswered) return;
        // Anybody can be called by any name; who answers to it has accepted it.
        into.Claim(receiver, ClaimKind.Role, "hl7-receiver", "MSA");
        into.Claim(receiver, ClaimKind.Role, receives, "MSH-9");
        into.Claim(receiver, ClaimKind.HlApplication, AckMsh3 ?? Msh5, AckMsh3 is null ? "MSH-5" : "MSH-3 of the acknowledgement");
        into.Claim(receiver, ClaimKind.HlFacility, AckMsh4 ?? Msh6, AckMsh4 is null ? "MSH-6" : "MSH-4 of the acknowledgement");
        if (MessageType is not null) into.Claim(receiver, ClaimKind.HlMessageType, $"{MessageType} receives", "MSH-9");
        if (Bytes.Side == Side.Client) into.Service(AckMsh3);
    }
}
