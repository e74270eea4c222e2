namespace Wardkeeper.Sensor.Protocols.Iec104;

/// <summary>Every way to be wrong.</summary>
internal static class Iec104Faults
{
    /// <summary>A message does not begin as one, or its length is impossible.</summary>
    public static readonly Fault MalformedMessage = new("iec104.malformed-message", "IEC 60870-5-104 5.1");
}
