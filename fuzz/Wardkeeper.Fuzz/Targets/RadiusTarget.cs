using System.Text;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>What FreeRADIUS's <c>rlm_rest</c> hands to the hub: whatever comes, it is read within bounds or refused, and no password is kept.</summary>
internal sealed class RadiusTarget : IFuzzTarget
{
    private static readonly string[] Asked =
    [
        """{"User-Name":{"type":"string","value":["020000000001"]},"User-Password":{"type":"string","value":["020000000001"]},"Calling-Station-Id":{"type":"string","value":["02-00-00-00-00-01"]},"NAS-IP-Address":{"type":"ipaddr","value":["10.1.1.1"]},"NAS-Port-Id":{"type":"string","value":["ge-0\/0\/3"]},"Called-Station-Id":{"type":"string","value":["00-11-22-33-44-55:ward"]},"Tmp-String-0":{"type":"string","value":["10.1.1.1"]}}""",
        """{"Calling-Station-Id":{"value":["0200.0000.0001"]},"NAS-IP-Address":{"value":["10.1.1.1"]},"EAP-Type":{"type":"integer","value":["TLS"]},"TLS-Client-Cert-Serial":{"value":["4012"]},"TLS-Client-Cert-Issuer":{"value":["\/CN=CA"]},"TLS-Client-Cert-Subject":{"value":["\/CN=pump"]},"TLS-Client-Cert-X509v3-Authority-Key-Identifier":{"value":["keyid:AB:CD:EF:01:23"]}}""",
        """{"Acct-Status-Type":{"type":"integer","value":["Stop"]},"Acct-Session-Id":{"value":["5F3A"]},"Calling-Station-Id":{"value":["020000000001"]},"NAS-IPv6-Address":{"value":["2001:db8::1"]},"Class":{"type":"octets","value":["0x776b2d3137"]},"Event-Timestamp":{"type":"date","value":["Nov 30 2026 02:17:54 UTC"]},"Acct-Delay-Time":{"value":[4]},"Acct-Session-Time":{"value":[60]},"Acct-Input-Octets":{"value":[10]},"Acct-Input-Gigawords":{"value":[1]},"Framed-IP-Address":{"value":["10.2.3.4"]},"Acct-Terminate-Cause":{"value":["Lost-Carrier"]}}""",
    ];

    private static readonly CaptureTime Now = CaptureTime.FromSeconds(1_800_000_000);

    public string Name => "radius";

    public bool IsFramed => false;

    public IEnumerable<byte[][]> Seeds() => Asked.Select(seed => (byte[][])[Encoding.UTF8.GetBytes(seed)]);

    public void Run(byte[][] records, bool isThorough)
    {
        if (RadiusAttributes.TryRead(records[0], out _) is not { } attributes) return;
        BrokenPromiseException.Unless(attributes["User-Password"] is null, "keeps-a-password");
        foreach (bool isEap in (bool[])[false, true])
        {
            if (RadiusReader.Request(attributes, isEap, Now, out _) is not { } request) continue;
            BrokenPromiseException.Unless(RadiusReader.Mac(request.Mac) == request.Mac, "mac-is-not-its-own-spelling", request.Mac);
            BrokenPromiseException.Unless(request.UserName.Length <= 253 && !request.UserName.Any(char.IsControl), "user-name-is-bounded");
            BrokenPromiseException.Unless(request.Method != AdmissionMethod.EapTls || request.Certificate is { Serial.Length: > 0, Issuer.Length: > 0 }, "certificate-is-whole");
        }
        if (RadiusReader.Accounting(attributes, Now, out _) is not { } record) return;
        BrokenPromiseException.Unless(record.BytesIn is null or >= 0, "octets-are-counted");
        if (record.Kind is AccountingKind.On or AccountingKind.Off) return;
        AdmissionSession once = AdmissionSession.After(null, record), twice = AdmissionSession.After(once, record);
        BrokenPromiseException.Unless(once with { LastSeen = twice.LastSeen } == twice, "twice-is-once");
    }
}
