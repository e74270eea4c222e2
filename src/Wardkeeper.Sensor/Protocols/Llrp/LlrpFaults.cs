namespace Wardkeeper.Sensor.Protocols.Llrp;

/// <summary>Every way to be wrong.</summary>
internal static class LlrpFaults
{
    /// <summary>A header of no known version, or with an impossible length.</summary>
    public static readonly Fault MalformedHeader = new("llrp.malformed-header", "GS1 LLRP 1.1, 17.1");

    /// <summary>A parameter that is longer than what holds it, or of a type whose length nobody states.</summary>
    public static readonly Fault MalformedParameter = new("llrp.malformed-parameter", "GS1 LLRP 1.1, 17.2");
}
