namespace Wardkeeper.Sensor.Protocols.Fins;

/// <summary>Every way to be wrong.</summary>
internal static class FinsFaults
{
    /// <summary>The header over TCP is not one, or its length is impossible.</summary>
    public static readonly Fault MalformedHeader = new("omron.malformed-header", "Omron W421 7-4");

    /// <summary>A message is shorter than its header and command.</summary>
    public static readonly Fault MalformedMessage = new("omron.malformed-message", "Omron W342 3-2");
}
