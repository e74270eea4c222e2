namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>Every way to be wrong.</summary>
internal static class SlmpFaults
{
    /// <summary>The header is none, or its length is impossible.</summary>
    public static readonly Fault MalformedHeader = new("slmp.malformed-header", "SH(NA)-080956ENG 5.1");
}
