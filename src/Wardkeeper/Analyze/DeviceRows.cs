using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Writes devices: plain values first, the claims they were decided over beside them.</summary>
internal static class DeviceRows
{
    /// <summary>Writes one.</summary>
    public static void Write(RowWriter row, Device device)
    {
        row.Text("id"u8, device.Id);
        row.Texts("macs"u8, [.. device.Macs.Select(mac => mac.ToString())]);
        row.Texts("ips"u8, [.. device.Ips.Select(ip => ip.ToString())]);
        row.Text("vendor"u8, device.Vendor);
        row.Text("model"u8, device.Model);
        row.Text("type"u8, device.Type);
        row.Text("category"u8, device.Category);
        row.Text("type_reason"u8, device.TypeReason);
        row.Text("name"u8, device.Name);
        row.Text("os"u8, device.OperatingSystem);
        row.Texts("host_names"u8, NullIfEmpty(device.HostNames));
        row.Texts("ae_titles"u8, NullIfEmpty(device.AeTitles));
        row.Texts("implementations"u8, NullIfEmpty(device.Implementations));
        row.Texts("hl7_applications"u8, NullIfEmpty(device.HlApplications));
        row.Texts("roles"u8, NullIfEmpty(device.Roles));
        row.Texts("notes"u8, NullIfEmpty(device.Notes));
        row.Text("behind"u8, device.Behind);
        row.Numbers("vlans"u8, device.Vlans.Count == 0 ? null : device.Vlans);
        row.Objects("services"u8, device.Offers, Service);
        row.Objects("uses"u8, device.Uses, Service);
        row.Time("first_seen"u8, device.FirstSeen);
        row.Time("last_seen"u8, device.LastSeen);
        row.Number("bytes_sent"u8, device.BytesSent);
        row.Objects("identity"u8, device.Identity.Decisions, Decision);
        row.Texts("settles"u8, NullIfEmpty(device.Identity.Settles));
        row.Text("fingerprint"u8, device.Identity.Fingerprint);
        row.Objects("claims"u8, device.Claims, Claim);
    }

    private static void Decision(RowWriter row, Decided decided)
    {
        row.Text("field"u8, Kebab.Of(decided.Field));
        row.Text("value"u8, decided.Value);
        row.Text("guess"u8, decided.Guess);
        row.Real("confidence"u8, decided.Confidence);
        row.Text("conflict"u8, decided.Conflict);
        row.Objects("evidence"u8, decided.Evidence, Voice);
    }

    private static void Voice(RowWriter row, Evidence voice)
    {
        row.Text("value"u8, voice.Value);
        row.Flag("for"u8, voice.IsFor);
        row.Real("weight"u8, Math.Round(voice.Weight, 2));
        row.Flag("counts"u8, voice.Counts);
        row.Text("family"u8, Kebab.Of(voice.Family));
        row.Text("entry"u8, voice.Entry);
        row.Text("trait"u8, Kebab.Of(voice.Trait));
        row.Text("shown"u8, voice.Shown);
        row.Text("source"u8, voice.Claim?.Source);
        row.Text("origin"u8, voice.Claim?.Origin);
        if (voice.Claim is not { Packet: not 0 } claim) return;
        row.Number("packet"u8, claim.Packet);
        Bytes(row, claim.Bytes);
    }

    private static void Bytes(RowWriter row, ByteRange? bytes)
    {
        if (bytes is not { } at) return;
        row.Text("side"u8, at.Side == Side.Client ? "client" : "server");
        row.Number("offset"u8, at.Start);
        row.Number("length"u8, at.Length);
    }

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> values) => values.Count == 0 ? null : values;

    private static void Service(RowWriter row, ServiceTally service)
    {
        row.Text("transport"u8, service.Carrier == Carrier.Tcp ? "tcp" : "udp");
        row.Number("port"u8, service.Port);
        row.Text("service"u8, service.Protocol);
        row.Text("banner"u8, service.Banner);
        row.Number("flows"u8, service.Flows);
        row.Text("uid"u8, service.Uid);
    }

    private static void Claim(RowWriter row, ClaimTally claim)
    {
        row.Text("kind"u8, Kebab.Of(claim.Kind));
        row.Text("value"u8, claim.Value);
        row.Text("source"u8, claim.Source);
        row.Text("origin"u8, claim.Origin);
        row.Number("count"u8, claim.Count);
        if (claim.Packet == 0) return;
        row.Time("first"u8, claim.First);
        row.Time("last"u8, claim.Last);
        row.Text("uid"u8, claim.Uid);
        row.Number("packet"u8, claim.Packet);
        Bytes(row, claim.Bytes);
    }
}
