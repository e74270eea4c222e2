namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>Every way to be wrong.</summary>
internal static class Dnp3Faults
{
    /// <summary>A link frame does not begin as one, or its header's checksum is wrong.</summary>
    public static readonly Fault MalformedFrame = new("dnp3.malformed-frame", "IEEE 1815 9.2.4");

    /// <summary>A message is shorter than its header.</summary>
    public static readonly Fault MalformedMessage = new("dnp3.malformed-message", "IEEE 1815 4.2.2");
}
