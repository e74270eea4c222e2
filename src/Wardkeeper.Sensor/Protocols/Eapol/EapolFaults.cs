namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>Every way an EAPOL frame can be wrong.</summary>
internal static class EapolFaults
{
    /// <summary>No version or type that there is.</summary>
    public static readonly Fault Header = new("eapol.header", "IEEE 802.1X 11.3");

    /// <summary>The body is longer than the frame.</summary>
    public static readonly Fault Length = new("eapol.length", "IEEE 802.1X 11.3.3");

    /// <summary>An EAP packet without a known code, with a wrong length or without a type.</summary>
    public static readonly Fault Eap = new("eapol.eap", "RFC 3748 4");

    /// <summary>A key frame with an unknown descriptor, or shorter than its fields.</summary>
    public static readonly Fault Key = new("eapol.key", "IEEE 802.11 12.7.2");
}
