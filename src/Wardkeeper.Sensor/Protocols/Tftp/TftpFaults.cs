namespace Wardkeeper.Sensor.Protocols.Tftp;

/// <summary>Every way to be wrong.</summary>
internal static class TftpFaults
{
    /// <summary>No known operation, or fewer bytes than it has.</summary>
    public static readonly Fault NoOperation = new("tftp.no-operation", "RFC 1350 5");

    /// <summary>A request whose texts do not end.</summary>
    public static readonly Fault EndlessText = new("tftp.endless-text", "RFC 1350 5");
}
