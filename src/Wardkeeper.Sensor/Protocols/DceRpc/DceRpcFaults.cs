namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>Every way to be wrong.</summary>
internal static class DceRpcFaults
{
    /// <summary>A header is impossible.</summary>
    public static readonly Fault MalformedHeader = new("dce_rpc.malformed-header", "C706 12.6.3.1");

    /// <summary>The body of a message ends too early.</summary>
    public static readonly Fault MalformedBody = new("dce_rpc.malformed-body", "C706 12.6.4");
}
