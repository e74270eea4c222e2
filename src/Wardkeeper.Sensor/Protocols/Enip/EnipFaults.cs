namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>Every way to be wrong.</summary>
internal static class EnipFaults
{
    /// <summary>The encapsulation header's command is not known.</summary>
    public static readonly Fault MalformedHeader = new("enip.malformed-header", "CIP Volume 2, 2-3.1");

    /// <summary>Items do not fit into the message.</summary>
    public static readonly Fault MalformedItems = new("enip.malformed-items", "CIP Volume 2, 2-6");

    /// <summary>A CIP message is shorter than its path or its status.</summary>
    public static readonly Fault MalformedMessage = new("enip.malformed-cip", "CIP Volume 1, 2-4");
}
