namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>Every way to be wrong.</summary>
internal static class OpcuaFaults
{
    /// <summary>A message does not begin with a type and a possible size.</summary>
    public static readonly Fault MalformedHeader = new("opcua.malformed-header", "OPC 10000-6 7.1.2.2");

    /// <summary>A message in clear ends within its fields.</summary>
    public static readonly Fault MalformedMessage = new("opcua.malformed-message", "OPC 10000-6 6.7.2");
}
