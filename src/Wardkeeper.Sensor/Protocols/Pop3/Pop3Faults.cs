namespace Wardkeeper.Sensor.Protocols.Pop3;

/// <summary>Every way to be wrong.</summary>
internal static class Pop3Faults
{
    /// <summary>A reply that begins neither with <c>+OK</c> nor with <c>-ERR</c>.</summary>
    public static readonly Fault NoStatus = new("pop3.no-status", "RFC 1939 3");
}
