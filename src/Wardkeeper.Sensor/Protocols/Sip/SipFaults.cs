namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>Every way to be wrong.</summary>
internal static class SipFaults
{
    /// <summary>What begins a message is neither a request line nor a status line.</summary>
    public static readonly Fault StartLine = new("sip.start-line", "RFC 3261 7");

    /// <summary>A head longer than is read, or a body longer than a message can have.</summary>
    public static readonly Fault TooLong = new("sip.too-long", "RFC 3261 18.1.1");

    /// <summary>A length of the body that is no number.</summary>
    public static readonly Fault ContentLength = new("sip.content-length", "RFC 3261 20.14");
}
