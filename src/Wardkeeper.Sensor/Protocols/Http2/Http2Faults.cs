namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>Every way to be wrong.</summary>
internal static class Http2Faults
{
    /// <summary>A frame longer than any that is agreed on, or of an impossible shape.</summary>
    public static readonly Fault BadFrame = new("http2.bad-frame", "RFC 9113 4.1");

    /// <summary>A header block that cannot be unpacked: nothing after it can.</summary>
    public static readonly Fault BadHeaderBlock = new("http2.bad-header-block", "RFC 7541 2.3");

    /// <summary>A header block longer than is followed.</summary>
    public static readonly Fault BlockTooLong = new("http2.block-too-long", "RFC 9113 10.5.1");

    /// <summary>More streams under way than are followed.</summary>
    public static readonly Fault TooManyStreams = new("http2.too-many-streams", "RFC 9113 5.1.2");
}
