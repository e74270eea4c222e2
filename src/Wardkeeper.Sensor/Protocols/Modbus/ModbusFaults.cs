namespace Wardkeeper.Sensor.Protocols.Modbus;

/// <summary>Every way to be wrong.</summary>
internal static class ModbusFaults
{
    /// <summary>The header's protocol is not 0, or its length is impossible.</summary>
    public static readonly Fault MalformedHeader = new("modbus.malformed-header", "Modbus Messaging on TCP/IP V1.0b 3.1.3");
}
