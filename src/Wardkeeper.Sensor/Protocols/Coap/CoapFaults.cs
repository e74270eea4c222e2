namespace Wardkeeper.Sensor.Protocols.Coap;

/// <summary>Every way to be wrong.</summary>
internal static class CoapFaults
{
    /// <summary>A message whose header or options do not fit into it.</summary>
    public static readonly Fault Malformed = new("coap.malformed", "RFC 7252 3");
}
