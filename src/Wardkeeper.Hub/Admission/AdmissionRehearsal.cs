using System.Net;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>
/// An invented card that walks the whole way of a request before the first real one does. What a program does for the first time takes a hundred times as long as later, and FreeRADIUS waits for
/// one second alone: without a rehearsal the first devices after a start would meet the fail-safe. It leaves no trace.
/// </summary>
public static class AdmissionRehearsal
{
    private const string Mac = "00:00:0c:00:00:00", Session = "rehearsal";

    /// <summary>A body as FreeRADIUS sends it, that can be read as a request and as an accounting message.</summary>
    public static ReadOnlyMemory<byte> Body { get; } = """
        {"User-Name":{"type":"string","value":["00000c000000"]},"Calling-Station-Id":{"type":"string","value":["00-00-0C-00-00-00"]},"NAS-IP-Address":{"type":"ipaddr","value":["192.0.2.1"]},
        "NAS-Identifier":{"type":"string","value":["rehearsal"]},"NAS-Port-Id":{"type":"string","value":["1"]},"Acct-Status-Type":{"type":"integer","value":["Start"]},"Acct-Session-Id":{"type":"string","value":["rehearsal"]}}
        """u8.ToArray();

    /// <summary>A decision about it.</summary>
    public static AdmissionDecision Decision(CaptureTime now) => new(
        0, new AdmissionRequest(now, AdmissionMethod.MacAuthentication, Mac, Mac, null, IPAddress.None, Session, "1", null, Session), null, Session, AdmissionOutcome.Admit, AdmissionOutcome.Admit,
        null, null, null, IdentityGrade.MacOnly, FingerprintComparison.Nothing, [new AdmissionReason("known", Session)], null);

    /// <summary>A message of its session.</summary>
    public static AccountingRecord Accounting(CaptureTime now) => new(now, AccountingKind.Start, Session, Mac, Mac, IPAddress.None, Session, "1", null, null, null, null, null, null, null);
}
