namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>Every way to be wrong.</summary>
internal static class PhdFaults
{
    /// <summary>A kind of APDU that there is not.</summary>
    public static readonly Fault MalformedApdu = new("ieee11073.malformed-apdu", "IEEE 11073-20601 A.8");

    /// <summary>An APDU whose content is shorter than it says.</summary>
    public static readonly Fault MalformedContent = new("ieee11073.malformed-content", "IEEE 11073-20601 A.9, A.10");
}
