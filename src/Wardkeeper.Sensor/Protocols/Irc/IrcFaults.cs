namespace Wardkeeper.Sensor.Protocols.Irc;

/// <summary>Every way to be wrong.</summary>
internal static class IrcFaults
{
    /// <summary>A line longer than any server takes.</summary>
    public static readonly Fault LineTooLong = new("irc.line-too-long", "RFC 2812 2.3");
}
