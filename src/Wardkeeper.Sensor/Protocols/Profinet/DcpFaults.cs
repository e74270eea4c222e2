namespace Wardkeeper.Sensor.Protocols.Profinet;

/// <summary>Every way to be wrong.</summary>
internal static class DcpFaults
{
    /// <summary>The header is cut, or says more than the frame holds.</summary>
    public static readonly Fault MalformedHeader = new("pn_dcp.malformed-header", "IEC 61158-6-10 4.3.1");

    /// <summary>A block is longer than what is left.</summary>
    public static readonly Fault MalformedBlock = new("pn_dcp.malformed-block", "IEC 61158-6-10 4.3.1.4");
}
