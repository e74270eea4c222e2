namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>Every way to be wrong.</summary>
internal static class SmbFaults
{
    /// <summary>No message of a session begins so.</summary>
    public static readonly Fault MalformedFrame = new("smb.malformed-frame", "MS-SMB2 2.1, RFC 1002 4.3");

    /// <summary>A message of version 1 whose fields do not fit.</summary>
    public static readonly Fault MalformedMessage1 = new("smb.malformed-message-1", "MS-CIFS 2.2.3");

    /// <summary>A message of version 2 or 3 whose fields do not fit.</summary>
    public static readonly Fault MalformedMessage2 = new("smb.malformed-message-2", "MS-SMB2 2.2.1");
}
