namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>Every way to be wrong.</summary>
internal static class BacnetFaults
{
    /// <summary>The virtual link's header does not fit its datagram, or its function is not known.</summary>
    public static readonly Fault MalformedLink = new("bacnet.malformed-link", "ANSI/ASHRAE 135 Annex J.2");

    /// <summary>The network layer's header is cut or of another version.</summary>
    public static readonly Fault MalformedNetwork = new("bacnet.malformed-network", "ANSI/ASHRAE 135 6.2");

    /// <summary>The application's message is shorter than its fixed part.</summary>
    public static readonly Fault MalformedMessage = new("bacnet.malformed-message", "ANSI/ASHRAE 135 20.1");

    /// <summary>A tag is longer than what is left, or closes what was not opened.</summary>
    public static readonly Fault MalformedTag = new("bacnet.malformed-tag", "ANSI/ASHRAE 135 20.2.1");
}
