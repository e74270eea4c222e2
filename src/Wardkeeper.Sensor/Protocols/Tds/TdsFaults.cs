namespace Wardkeeper.Sensor.Protocols.Tds;

/// <summary>Every way to be wrong.</summary>
internal static class TdsFaults
{
    /// <summary>A packet's header is impossible.</summary>
    public static readonly Fault MalformedPacket = new("tds.malformed-packet", "MS-TDS 2.2.3.1");

    /// <summary>A log-in points beyond its end.</summary>
    public static readonly Fault MalformedLogin = new("tds.malformed-login", "MS-TDS 2.2.6.4");
}
