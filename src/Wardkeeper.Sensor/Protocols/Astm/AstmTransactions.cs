using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>
/// One message from header to terminator and what became of it. Texts are as sent, escape sequences decoded, in the delimiters
/// <c>|</c>, <c>^</c> and <c>~</c> whatever the message uses, at most 199 characters of them.
/// </summary>
/// <param name="At">Time of the packet that completed it: the answer to its last frame, else its last byte.</param>
/// <param name="Bytes">Where it lies in its sender's stream, from its first frame to its last.</param>
public sealed record AstmTransfer(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "astm";

    /// <inheritdoc/>
    internal override string? Protocol => "astm";

    /// <summary>Whether the end that opened the connection sent the message.</summary>
    public bool IsOrig => (Bytes.Side == Side.Client) != (Flow?.ClientIsResponder ?? false);

    /// <summary>What the sender calls itself, all components. H-5.</summary>
    public string? Sender { get; init; }

    /// <summary>Part the sender plays: <c>analyser</c> (it sends results, queries or its own data) or <c>host</c> (it sends orders or answers queries); absent where the records do not tell.</summary>
    public string? SenderRole { get; init; }

    /// <summary>Maker that H-5 names, or to whom the model it names belongs.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model that H-5 names.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number in H-5.</summary>
    public string? Serial { get; init; }

    /// <summary>Version of the software in H-5.</summary>
    public string? Software { get; init; }

    /// <summary>What the sender calls the receiver. H-10.</summary>
    public string? Receiver { get; init; }

    /// <summary>Message control id; a patient's identifier or name inside it is masked. H-3.</summary>
    public MaskedText? ControlId { get; init; }

    /// <summary>Time stamp the sender gave the message, as sent: YYYYMMDDHHMMSS. H-14.</summary>
    public string? MessageTime { get; init; }

    /// <summary>Processing id: <c>P</c> production, <c>T</c> training, <c>D</c> debugging, <c>Q</c> quality control. H-12.</summary>
    public string? ProcessingId { get; init; }

    /// <summary>Version of the record standard, for example <c>1</c>, <c>E1394-97</c>, <c>LIS2-A2</c>. H-13.</summary>
    public string? Version { get; init; }

    /// <summary>Delimiters of repeats, components and escapes as the message defines them. H-2.</summary>
    public string? Delimiters { get; init; }

    /// <summary>Character set in which the message was read: <c>ascii</c>, <c>utf-8</c>, <c>gb18030</c> or <c>iso-8859-1</c>. None is declared.</summary>
    public string? DecodedAs { get; init; }

    /// <summary>Kinds of the message's records in order of first appearance. LIS02-A2, 5.3.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>How often each of <see cref="Records"/> occurs.</summary>
    public IReadOnlyList<long> RecordCounts { get; init; } = [];

    /// <summary>Codes of the tests that were measured, else ordered (O-5); distinct, at most 64.</summary>
    public IReadOnlyList<MaskedText>? Tests { get; init; }

    /// <summary>Instruments that measured, distinct, at most 16. R-14.</summary>
    public IReadOnlyList<MaskedText>? Instruments { get; init; }

    /// <summary>Patients, masked, at most 16: P-3, else P-4 or P-5; of a query .</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal for messages whose records are equal byte by byte (SHA-256, keyed); absent where bytes were lost.</summary>
    public string? Digest { get; init; }

    /// <summary>Results, at most 32: code, nothing, status and eight hexadecimal digits that are equal for equal values (SHA-256, keyed), joined by ^. with R-5.</summary>
    public IReadOnlyList<MaskedText>? Results { get; init; }

    /// <summary>When the first result was complete, as sent. R-13.</summary>
    public string? ObservedAt { get; init; }

    /// <summary>Eight hexadecimal digits for each specimen, at most 16, equal for equal ones (SHA-256, keyed). O-3.</summary>
    public IReadOnlyList<string>? Orders { get; init; }

    /// <summary>Why the message ends: <c>N</c> normally, <c>T</c> or <c>R</c> broken off by sender or receiver, <c>I</c> and <c>Q</c> a query without an answer, <c>F</c> the last answer. L-3.</summary>
    public string? Termination { get; init; }

    /// <summary>
    /// What became of it: <c>acked</c> (its last frame was accepted), <c>unanswered</c> (sent whole, no answer), <c>refused</c> (a frame was
    /// refused and not sent again), <c>unfinished</c> (no terminator record); absent where lost bytes leave it open.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>From its first byte to the answer to its last frame, in seconds.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether it came in frames.</summary>
    public bool Framed { get; init; }

    /// <summary>Frames that came, repeated ones included.</summary>
    public long Frames { get; init; }

    /// <summary>Frames that were sent again.</summary>
    public long FramesRepeated { get; init; }

    /// <summary>Frames that the receiver refused (NAK).</summary>
    public long FramesRefused { get; init; }

    /// <summary>Frames whose checksum is wrong.</summary>
    public long ChecksumsWrong { get; init; }

    /// <summary>Enquiries before the message that the receiver refused.</summary>
    public long EnquiriesRefused { get; init; }

    /// <summary>Enquiries before the message that met one of the other side.</summary>
    public long Contentions { get; init; }

    /// <summary>Type of device to which the model belongs, an API value of the taxonomy; stated as a claim.</summary>
    internal string? Type { get; init; }

    /// <summary>Whether bytes of it were lost in the capture, so that everything counted is too little.</summary>
    public bool MissedBytes { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("sender"u8, Sender);
        row.Text("sender_role"u8, SenderRole);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("software"u8, Software);
        row.Text("receiver"u8, Receiver);
        row.Text("control_id"u8, ControlId);
        row.Text("message_time"u8, MessageTime);
        row.Text("processing_id"u8, ProcessingId);
        row.Text("version"u8, Version);
        row.Text("delimiters"u8, Delimiters);
        row.Text("decoded_as"u8, DecodedAs);
        row.Texts("records"u8, Records);
        row.Numbers("record_counts"u8, RecordCounts);
        row.Texts("tests"u8, Tests);
        row.Texts("instruments"u8, Instruments);
        row.Texts("patients"u8, Patients);
        row.Text("digest"u8, Digest);
        row.Texts("results"u8, Results);
        row.Text("observed_at"u8, ObservedAt);
        row.Texts("orders"u8, Orders);
        row.Text("termination"u8, Termination);
        row.Text("status"u8, Status);
        row.Elapsed("duration"u8, Duration);
        row.Flag("framed"u8, Framed);
        row.Number("frames"u8, Some(Frames));
        row.Number("frames_repeated"u8, Some(FramesRepeated));
        row.Number("frames_refused"u8, Some(FramesRefused));
        row.Number("checksums_wrong"u8, Some(ChecksumsWrong));
        row.Number("enquiries_refused"u8, Some(EnquiriesRefused));
        row.Number("contentions"u8, Some(Contentions));
        row.Flag("missed_bytes"u8, MissedBytes ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side), receiver = flow.At(Bytes.Side == Side.Client ? Side.Server : Side.Client);
        bool isAnswered = Status == "acked";
        if (SenderRole == "analyser")
        {
            into.Claim(sender, ClaimKind.Role, "astm-analyser", "records");
            into.Claim(sender, ClaimKind.Description, Sender, "H-5");
            into.Claim(sender, ClaimKind.Vendor, Vendor, "H-5");
            into.Claim(sender, ClaimKind.Model, Model, "H-5");
            into.Claim(sender, ClaimKind.Type, Type, "H-5");
            into.Claim(sender, ClaimKind.SerialNumber, Serial, "H-5");
            into.Claim(sender, ClaimKind.Software, Software, "H-5");
            if (isAnswered) into.Claim(receiver, ClaimKind.Role, "astm-host", "records");
        }
        else if (SenderRole == "host")
        {
            into.Claim(sender, ClaimKind.Role, "astm-host", "records");
            if (isAnswered) into.Claim(receiver, ClaimKind.Role, "astm-analyser", "records");
        }
        if (isAnswered || Bytes.Side == Side.Server) into.Service(Bytes.Side == Side.Server ? Sender : null);
    }

    private static long? Some(long count) => count == 0 ? null : count;
}
