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

    /// <summary>Control id of the batch or file around the message, masked like <see cref="ControlId"/>. BHS-11, else FHS-11.</summary>
    public MaskedText? Batch { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal for messages that are equal byte by byte (SHA-256, keyed).</summary>
    public string? Digest { get; init; }

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

    /// <summary>Whether the message came in an MLLP frame.</summary>
    public bool Framed { get; init; }

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
        row.Text("batch"u8, Batch);
        row.Text("digest"u8, Digest);
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
        into.Claim(sender, ClaimKind.HlApplication, Msh3, "MSH-3");
        into.Claim(sender, ClaimKind.HlFacility, Msh4, "MSH-4");
        if (IsAck)
        {
            into.Claim(sender, ClaimKind.Role, "hl7-receiver", "MSA");
            return;
        }
        into.Claim(sender, ClaimKind.Role, "hl7-sender", "MSH-9");
        if (MessageType is not null) into.Claim(sender, ClaimKind.HlMessageType, $"{MessageType} sends", "MSH-9");
        if (!IsAnswered) return;
        // Anybody can be called by any name; who answers to it has accepted it.
        into.Claim(receiver, ClaimKind.Role, "hl7-receiver", "MSA");
        into.Claim(receiver, ClaimKind.HlApplication, AckMsh3 ?? Msh5, AckMsh3 is null ? "MSH-5" : "MSH-3 of the acknowledgement");
        into.Claim(receiver, ClaimKind.HlFacility, AckMsh4 ?? Msh6, AckMsh4 is null ? "MSH-6" : "MSH-4 of the acknowledgement");
        if (MessageType is not null) into.Claim(receiver, ClaimKind.HlMessageType, $"{MessageType} receives", "MSH-9");
        if (Bytes.Side == Side.Client) into.Service(AckMsh3);
    }
}
