namespace Wardkeeper.Sensor.Protocols.Syslog;

/// <summary>Every way to be wrong.</summary>
internal static class SyslogFaults
{
    /// <summary>A message without a priority between 0 and 191.</summary>
    public static readonly Fault NoPriority = new("syslog.no-priority", "RFC 5424 6.2.1");

    /// <summary>A frame's length that is no number, or longer than a receiver takes.</summary>
    public static readonly Fault FrameLength = new("syslog.frame-length", "RFC 6587 3.4.1");
}
