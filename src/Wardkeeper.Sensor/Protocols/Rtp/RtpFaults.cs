namespace Wardkeeper.Sensor.Protocols.Rtp;

/// <summary>Every way to be wrong.</summary>
internal static class RtpFaults
{
    /// <summary>What began like a stream does not go on like one: no source whose numbers follow each other.</summary>
    public static readonly Fault NoSequence = new("rtp.no-sequence", "RFC 3550 A.1");

    /// <summary>Reports whose lengths do not fill their datagram.</summary>
    public static readonly Fault Report = new("rtcp.malformed-report", "RFC 3550 6.4");
}
