namespace Wardkeeper.Sensor.Protocols.Skinny;

/// <summary>Every way to be wrong.</summary>
internal static class SkinnyFaults
{
    /// <summary>A header whose length or version no message has.</summary>
    public static readonly Fault Header = new("skinny.header", "SCCP, message header");
}
