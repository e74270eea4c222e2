namespace Wardkeeper.Sensor.Protocols.Rpc;

/// <summary>Every way to be wrong.</summary>
internal static class RpcFaults
{
    /// <summary>Neither a call nor a reply.</summary>
    public static readonly Fault NoMessage = new("rpc.no-message", "RFC 5531 9");

    /// <summary>A record longer than a server takes.</summary>
    public static readonly Fault AddressTooLong = new("rpc.address-too-long", "RFC 5665 5.2.3.3");

    /// <summary>See <see cref="Fault.Id"/>.</summary>
    public static readonly Fault RecordTooLong = new("rpc.record-too-long", "RFC 5531 11");
}
