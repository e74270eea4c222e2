namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>Every way in which bytes can be wrong as HL7 v2 over MLLP.</summary>
internal static class Hl7Faults
{
    /// <summary>Bytes that are neither a frame nor a message lie where a frame should begin; they are skipped to the next start or end block.</summary>
    public static readonly Fault TextBetweenFrames = new("hl7.text-between-frames", "MLLP Release 1, 2 Block format");

    /// <summary>A start block came before the end block of the frame that was open.</summary>
    public static readonly Fault FrameUnterminated = new("hl7.frame-unterminated", "MLLP Release 1, 2 Block format");

    /// <summary>The conversation ended inside a frame.</summary>
    public static readonly Fault FrameUnfinished = new("hl7.frame-unfinished", "MLLP Release 1, 2 Block format");

    /// <summary>A message is longer than what is held; its beginning is reported, the rest is skipped to its end block.</summary>
    public static readonly Fault MessageTooLong = new("hl7.message-too-long", "HL7 2.9, 2.10.2 Continuing messages");

    /// <summary>A frame does not begin with MSH, FHS or BHS and plausible separators.</summary>
    public static readonly Fault FrameWithoutHeader = new("hl7.frame-without-header", "HL7 2.9, 2.14.9 MSH");

    /// <summary>A frame holds more messages than are read of one batch.</summary>
    public static readonly Fault BatchTooLong = new("hl7.batch-too-long", "HL7 2.9, 2.10.3 Batch protocol");

    /// <summary>A batch's trailer counts other messages than were in it.</summary>
    public static readonly Fault BatchCount = new("hl7.batch-count", "HL7 2.9, 2.14.3.1 BTS-1");

    /// <summary>A file's trailer counts other batches than were in it.</summary>
    public static readonly Fault FileCount = new("hl7.file-count", "HL7 2.9, 2.14.7.1 FTS-1");

    /// <summary>A line between segment terminators does not begin with a segment's name.</summary>
    public static readonly Fault SegmentName = new("hl7.segment-name", "HL7 2.9, 2.5.1 Segments");

    /// <summary>The bytes are not in the character set that MSH-18 declares.</summary>
    public static readonly Fault CharacterSet = new("hl7.character-set", "HL7 2.9, 2.14.9.18 MSH-18");

    /// <summary>An acknowledgement has no MSA segment, so that nobody can tell what it acknowledges.</summary>
    public static readonly Fault AcknowledgementWithoutMsa = new("hl7.acknowledgement-without-msa", "HL7 2.9, 2.13.1 ACK");

    /// <summary>MSA-1 is none of AA, AE, AR, CA, CE and CR.</summary>
    public static readonly Fault AcknowledgementCode = new("hl7.acknowledgement-code", "HL7 2.9, 2.14.8.1 MSA-1");
}
