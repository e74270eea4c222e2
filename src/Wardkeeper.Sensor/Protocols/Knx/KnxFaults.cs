namespace Wardkeeper.Sensor.Protocols.Knx;

/// <summary>Every way to be wrong.</summary>
internal static class KnxFaults
{
    /// <summary>A frame does not begin with its header, or its length is impossible.</summary>
    public static readonly Fault MalformedHeader = new("kip.malformed-header", "KNX 03_08_02 2.3");

    /// <summary>A structure does not fit into the frame.</summary>
    public static readonly Fault MalformedStructure = new("kip.malformed-structure", "KNX 03_08_02 7.5");
}
