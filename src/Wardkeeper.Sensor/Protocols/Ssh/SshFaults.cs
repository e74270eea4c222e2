namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>Every way to be wrong.</summary>
internal static class SshFaults
{
    /// <summary>No identification line where one must come.</summary>
    public static readonly Fault NoIdentification = new("ssh.no-identification", "RFC 4253 4.2");

    /// <summary>A line before or of the identification is longer than is read.</summary>
    public static readonly Fault LineTooLong = new("ssh.line-too-long", "RFC 4253 4.2");

    /// <summary>More lines before the identification than are read.</summary>
    public static readonly Fault TooManyLines = new("ssh.too-many-lines", "RFC 4253 4.2");

    /// <summary>A packet's lengths are impossible.</summary>
    public static readonly Fault MalformedPacket = new("ssh.malformed-packet", "RFC 4253 6");

    /// <summary>The name lists of a KEXINIT do not fit into it.</summary>
    public static readonly Fault MalformedKexInit = new("ssh.malformed-kexinit", "RFC 4253 7.1");
}
