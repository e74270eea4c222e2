namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>Every way in which bytes can be wrong as an ASTM transfer: its frames (LIS01-A2) or its records (LIS02-A2).</summary>
internal static class AstmFaults
{
    /// <summary>Text lies outside of frames and begins no message; it is passed over.</summary>
    public static readonly Fault TextBetweenFrames = new("astm.text-between-frames", "LIS01-A2 6.3 Transfer phase");

    /// <summary>A frame has no end: another one, an enquiry or the end of the transfer came first.</summary>
    public static readonly Fault FrameUnterminated = new("astm.frame-unterminated", "LIS01-A2 6.3.1 Frames");

    /// <summary>A frame is longer than 64,000 characters; it is passed over.</summary>
    public static readonly Fault FrameTooLong = new("astm.frame-too-long", "LIS01-A2 6.3.1.1 Frames");

    /// <summary>A frame's number is missing or does not follow the one before.</summary>
    public static readonly Fault FrameNumber = new("astm.frame-number", "LIS01-A2 6.3.2 Frame number");

    /// <summary>A frame's checksum is not the sum of its bytes.</summary>
    public static readonly Fault Checksum = new("astm.checksum", "LIS01-A2 6.3.3 Checksum");

    /// <summary>A frame has no checksum.</summary>
    public static readonly Fault ChecksumMissing = new("astm.checksum-missing", "LIS01-A2 6.3.3 Checksum");

    /// <summary>Both sides enquired at once.</summary>
    public static readonly Fault Contention = new("astm.contention", "LIS01-A2 6.2.7 Contention");

    /// <summary>A record comes before any header; it is passed over with all that follow up to the next header.</summary>
    public static readonly Fault HeaderMissing = new("astm.header-missing", "LIS02-A2 6 Message header record");

    /// <summary>A record's type is none of H, P, O, R, C, Q, M, S and L.</summary>
    public static readonly Fault RecordType = new("astm.record-type", "LIS02-A2 5.3 Record types");

    /// <summary>A message ended without its terminator record.</summary>
    public static readonly Fault TerminatorMissing = new("astm.terminator-missing", "LIS02-A2 13 Message terminator record");
}
