namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>Every way to be wrong.</summary>
internal static class TelnetFaults
{
    /// <summary>A command byte that there is not.</summary>
    public static readonly Fault UnknownCommand = new("telnet.unknown-command", "RFC 854, Telnet command structure");

    /// <summary>A subnegotiation that does not end within its limit; the rest of it is passed by.</summary>
    public static readonly Fault SubnegotiationTooLong = new("telnet.subnegotiation-too-long", "RFC 855");
}
