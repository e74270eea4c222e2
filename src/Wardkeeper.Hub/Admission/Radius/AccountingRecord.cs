using System.Net;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>What a switch says of a session (RFC 2866, section 5.1).</summary>
public enum AccountingKind
{
    /// <summary>It begins.</summary>
    Start,

    /// <summary>It goes on.</summary>
    Interim,

    /// <summary>It is over.</summary>
    Stop,

    /// <summary>The switch was started: sessions from before are over.</summary>
    On,

    /// <summary>The switch goes down: its sessions are over.</summary>
    Off,
}

/// <summary>One accounting message.</summary>
/// <param name="At">When it happened by the switch's own clock where that is believable, else when it came less the delay that it tells.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Session">Acct-Session-Id; empty for a switch that starts or goes down.</param>
/// <param name="Mac">The device's MAC address, lower case with colons; null when it names none.</param>
/// <param name="UserName">User-Name, bounded to 253 characters.</param>
/// <param name="NasAddress">The switch.</param>
/// <param name="NasIdentifier">Its name.</param>
/// <param name="Port">NAS-Port-Id, else NAS-Port.</param>
/// <param name="Decision">The decision's number out of Class; null when it carries none of ours.</param>
/// <param name="Vlan">The VLAN, where the switch tells it.</param>
/// <param name="Address">The device's IP address, where the switch tells it.</param>
/// <param name="Lasted">How long the session has lasted; null when it is not told.</param>
/// <param name="BytesIn">Bytes from the device.</param>
/// <param name="BytesOut">Bytes to the device.</param>
/// <param name="Cause">Why it ended (RFC 2866, section 5.10).</param>
public sealed record AccountingRecord(
    CaptureTime At,
    AccountingKind Kind,
    string Session,
    string? Mac,
    string UserName,
    IPAddress NasAddress,
    string? NasIdentifier,
    string? Port,
    long? Decision,
    string? Vlan,
    IPAddress? Address,
    TimeSpan? Lasted,
    long? BytesIn,
    long? BytesOut,
    string? Cause);
