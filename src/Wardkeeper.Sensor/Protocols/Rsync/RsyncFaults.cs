namespace Wardkeeper.Sensor.Protocols.Rsync;

/// <summary>Every way to be wrong.</summary>
internal static class RsyncFaults
{
    /// <summary>No greeting where both sides must greet.</summary>
    public static readonly Fault NoGreeting = new("rsync.no-greeting", "rsync, clientserver.c");
}
