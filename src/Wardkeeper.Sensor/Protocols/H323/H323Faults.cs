namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>Every way to be wrong.</summary>
internal static class H323Faults
{
    /// <summary>No frame, or what is in it is no message of call signalling.</summary>
    public static readonly Fault NoMessage = new("h323.no-message", "H.225.0 7.2, RFC 1006 6");
}
