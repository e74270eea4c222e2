namespace Wardkeeper.Sensor.Protocols.Ntp;

/// <summary>Every way an NTP datagram can be wrong.</summary>
internal static class NtpFaults
{
    /// <summary>The datagram ends before its fixed part does.</summary>
    public static readonly Fault Short = new("ntp.short", "RFC 5905 7.3");

    /// <summary>A version that was never defined, or mode 0.</summary>
    public static readonly Fault VersionOrMode = new("ntp.version-or-mode", "RFC 5905 7.3");

    /// <summary>A stratum above 16.</summary>
    public static readonly Fault Stratum = new("ntp.stratum", "RFC 5905 7.3");

    /// <summary>A control or private message with an operation or an implementation that was never defined.</summary>
    public static readonly Fault Management = new("ntp.management", "RFC 9327 2");

    /// <summary>What follows the header is neither extension fields nor an authenticator.</summary>
    public static readonly Fault Trailer = new("ntp.trailer", "RFC 7822 7.5");
}
