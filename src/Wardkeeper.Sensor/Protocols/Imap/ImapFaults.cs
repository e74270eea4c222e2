namespace Wardkeeper.Sensor.Protocols.Imap;

/// <summary>Every way to be wrong.</summary>
internal static class ImapFaults
{
    /// <summary>A line that begins with no tag.</summary>
    public static readonly Fault NoTag = new("imap.no-tag", "RFC 9051 2.2.1");

    /// <summary>A literal longer than a server would take.</summary>
    public static readonly Fault LiteralTooLong = new("imap.literal-too-long", "RFC 9051 4.3");
}
