using System.Net;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>A device at a switch's port or an access point, from its start to its end, as accounting tells it.</summary>
/// <param name="Nas">The switch.</param>
/// <param name="Id">Acct-Session-Id; unique with the switch.</param>
/// <param name="Mac">The device's MAC address; null when accounting named none.</param>
/// <param name="NasIdentifier">The switch's name.</param>
/// <param name="Port">Where.</param>
/// <param name="Decision">Number of the decision that let it in; null when the session carries none of ours.</param>
/// <param name="Vlan">The VLAN, where the switch tells it.</param>
/// <param name="Address">Its IP address, where the switch tells it.</param>
/// <param name="Started">When it began; before the first message when only a later one came.</param>
/// <param name="LastSeen">When it was last told of.</param>
/// <param name="Ended">When it ended; null while it goes on.</param>
/// <param name="Cause">Why it ended.</param>
/// <param name="BytesIn">Bytes from the device.</param>
/// <param name="BytesOut">Bytes to the device.</param>
/// <param name="HasStart">Whether its start came.</param>
public sealed record AdmissionSession(
    IPAddress Nas,
    string Id,
    string? Mac,
    string? NasIdentifier,
    string? Port,
    long? Decision,
    string? Vlan,
    IPAddress? Address,
    CaptureTime Started,
    CaptureTime LastSeen,
    CaptureTime? Ended = null,
    string? Cause = null,
    long? BytesIn = null,
    long? BytesOut = null,
    bool HasStart = false)
{
    /// <summary>What becomes of a session with a message; the same session when it says nothing new. Messages may come twice and late.</summary>
    /// <param name="before">The session so far; null when none is known.</param>
    /// <param name="record">The message, no <see cref="AccountingKind.On"/> or <see cref="AccountingKind.Off"/>.</param>
    public static AdmissionSession After(AdmissionSession? before, AccountingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        // A switch that was started again may count its sessions from the beginning.
        if (before is null || (record.Kind == AccountingKind.Start && before.Ended < record.At && before.HasStart)) return First(record);
        return record.Kind switch
        {
            AccountingKind.Start => before.HasStart ? before : before with { HasStart = true, Started = Earlier(before.Started, record.At), Mac = before.Mac ?? record.Mac, Decision = before.Decision ?? record.Decision, Vlan = before.Vlan ?? record.Vlan },
            AccountingKind.Stop => before.Ended is not null ? before : before.With(record) with { Ended = record.At, Cause = record.Cause },
            _ => before.Ended is not null || record.At < before.LastSeen ? before : before.With(record),
        };
    }

    /// <summary>The session as ended by the switch's own start or stop.</summary>
    public AdmissionSession EndedBy(AccountingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return this with { Ended = record.At, Cause = record.Kind == AccountingKind.On ? "NAS-Reboot" : "NAS-Request" };
    }

    private static AdmissionSession First(AccountingRecord record) => new(
        record.NasAddress, record.Session, record.Mac, record.NasIdentifier, record.Port, record.Decision, record.Vlan, record.Address,
        record.Lasted is { } lasted ? new CaptureTime(record.At.Nanoseconds - (lasted.Ticks * 100)) : record.At, record.At,
        record.Kind == AccountingKind.Stop ? record.At : null, record.Cause, record.BytesIn, record.BytesOut, record.Kind == AccountingKind.Start);

    private AdmissionSession With(AccountingRecord record) => this with
    {
        LastSeen = record.At > LastSeen ? record.At : LastSeen,
        Mac = record.Mac ?? Mac,
        NasIdentifier = record.NasIdentifier ?? NasIdentifier,
        Port = record.Port ?? Port,
        Decision = record.Decision ?? Decision,
        Vlan = record.Vlan ?? Vlan,
        Address = record.Address ?? Address,
        BytesIn = record.BytesIn ?? BytesIn,
        BytesOut = record.BytesOut ?? BytesOut,
    };

    private static CaptureTime Earlier(CaptureTime one, CaptureTime other) => one < other ? one : other;
}
