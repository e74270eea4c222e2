namespace Wardkeeper.Sensor.Protocols.Ssdp;

/// <summary>Every way in which SSDP can be wrong.</summary>
internal static class SsdpFaults
{
    /// <summary>Neither a search, nor an announcement, nor an answer.</summary>
    public static readonly Fault BadStartLine = new("ssdp.bad-start-line", "UPnP Device Architecture 2.0, 1.1.2");

    /// <summary>A field line without colon, or folded.</summary>
    public static readonly Fault BadField = new("ssdp.bad-field", "UPnP Device Architecture 2.0, 1.1.2");
}
