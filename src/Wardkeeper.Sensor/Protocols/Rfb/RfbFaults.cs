namespace Wardkeeper.Sensor.Protocols.Rfb;

/// <summary>Every way to be wrong.</summary>
internal static class RfbFaults
{
    /// <summary>Twelve bytes that name no version.</summary>
    public static readonly Fault NoVersion = new("rfb.no-version", "RFC 6143 7.1.1");

    /// <summary>A desktop's name or a reason longer than is read.</summary>
    public static readonly Fault TextTooLong = new("rfb.text-too-long", "RFC 6143 7.3.2");
}
