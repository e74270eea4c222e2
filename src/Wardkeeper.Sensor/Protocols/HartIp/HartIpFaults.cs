namespace Wardkeeper.Sensor.Protocols.HartIp;

/// <summary>Every way to be wrong.</summary>
internal static class HartIpFaults
{
    /// <summary>The header's version, kind or length is impossible.</summary>
    public static readonly Fault MalformedHeader = new("hart_ip.malformed-header", "HCF_SPEC-085 10.3");

    /// <summary>A frame within the message is cut, or its check byte is wrong.</summary>
    public static readonly Fault MalformedFrame = new("hart_ip.malformed-frame", "HCF_SPEC-081 5.1");
}
