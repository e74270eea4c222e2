namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>Every way to be wrong.</summary>
internal static class RpcFaults
{
    /// <summary>Neither a call nor a reply.</summary>
    public static readonly Fault NoMessage = new("rpc.no-message", "RFC 5531 9");

    /// <summary>A record longer than a server takes.</summary>
    public static readonly Fault RecordTooLong = new("rpc.record-too-long", "RFC 5531 11");
}
