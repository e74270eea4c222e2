namespace Wardkeeper.Sensor.Protocols.Rtsp;

/// <summary>Every way to be wrong.</summary>
internal static class RtspFaults
{
    /// <summary>What begins a message is neither a request line, nor a status line, nor a frame.</summary>
    public static readonly Fault StartLine = new("rtsp.start-line", "RFC 2326 6.1, 7.1, 10.12");

    /// <summary>A head or body longer than is read.</summary>
    public static readonly Fault TooLong = new("rtsp.too-long", "RFC 2326 4.3");
}
