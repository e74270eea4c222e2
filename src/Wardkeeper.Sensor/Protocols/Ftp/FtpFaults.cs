namespace Wardkeeper.Sensor.Protocols.Ftp;

/// <summary>Every way to be wrong.</summary>
internal static class FtpFaults
{
    /// <summary>A line longer than is read.</summary>
    public static readonly Fault LineTooLong = new("ftp.line-too-long", "RFC 959 5.3");

    /// <summary>A reply without a code where one must begin.</summary>
    public static readonly Fault NoReplyCode = new("ftp.no-reply-code", "RFC 959 4.2");
}
