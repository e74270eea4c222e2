namespace Wardkeeper.Sensor.Protocols.GeSrtp;

/// <summary>Every way to be wrong.</summary>
internal static class GeSrtpFaults
{
    /// <summary>The head is none.</summary>
    public static readonly Fault MalformedHeader = new("ge_srtp.malformed-header", "public observations of GE SRTP");
}
