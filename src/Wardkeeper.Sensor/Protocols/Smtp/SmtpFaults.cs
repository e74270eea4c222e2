namespace Wardkeeper.Sensor.Protocols.Smtp;

/// <summary>Every way to be wrong.</summary>
internal static class SmtpFaults
{
    /// <summary>A line of the server that begins with no reply code.</summary>
    public static readonly Fault NoReplyCode = new("smtp.no-reply-code", "RFC 5321 4.2");

    /// <summary>A chunk whose length is no number.</summary>
    public static readonly Fault ChunkLength = new("smtp.chunk-length", "RFC 3030 2");
}
