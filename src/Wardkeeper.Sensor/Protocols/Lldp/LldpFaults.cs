namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>Every way an LLDP frame can be wrong.</summary>
internal static class LldpFaults
{
    /// <summary>The frame does not begin with chassis ID, port ID and time to live.</summary>
    public static readonly Fault Order = new("lldp.mandatory-order", "IEEE 802.1AB 8.2");

    /// <summary>An element is longer than the frame.</summary>
    public static readonly Fault TooLong = new("lldp.element-too-long", "IEEE 802.1AB 8.4.2");

    /// <summary>An element is too short for its type.</summary>
    public static readonly Fault TooShort = new("lldp.element-too-short", "IEEE 802.1AB 8.5");

    /// <summary>More elements than any switch sends.</summary>
    public static readonly Fault TooMany = new("lldp.too-many-elements", "IEEE 802.1AB 8.2");
}
