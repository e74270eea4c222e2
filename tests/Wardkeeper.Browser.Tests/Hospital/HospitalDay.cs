using System.Text.Json;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>The sample hospital through the real sensor and the real ledger; what a clinical engineer would have entered (department, person, tag, bed) comes from the sample's own register.</summary>
internal static class HospitalDay
{
    private static readonly Dictionary<ClaimKind, string> Fields = new()
    {
        [ClaimKind.Type] = "type",
        [ClaimKind.Vendor] = "vendor",
        [ClaimKind.Model] = "model",
        [ClaimKind.SerialNumber] = "serialNumber",
        [ClaimKind.Software] = "softwareVersion",
        [ClaimKind.Firmware] = "firmwareVersion",
        [ClaimKind.OperatingSystem] = "osName",
        [ClaimKind.HostName] = "hostName",
        [ClaimKind.FriendlyName] = "name",
        [ClaimKind.AeTitle] = "aeTitle",
        [ClaimKind.ImplementationUid] = "implementation",
        [ClaimKind.HlApplication] = "hlApplication",
        [ClaimKind.HlFacility] = "hlFacility",
        [ClaimKind.Role] = "role",
        [ClaimKind.Modality] = "modality",
        [ClaimKind.SwitchPort] = "switchPort",
        [ClaimKind.UserAgent] = "userAgent",
        [ClaimKind.Certificate] = "certificate",
    };

    private static readonly HashSet<string> LifeSupport = ["ventilator", "infusion-pump", "syringe-pump", "anaesthesia-machine"];

    private static readonly Lazy<IReadOnlyList<DeviceDetail>> Day = new(Devices);

    /// <summary>The same, made once for all tests.</summary>
    public static IReadOnlyList<DeviceDetail> Shared => Day.Value;

    /// <summary>Everything the ledger knows after the day.</summary>
    public static IReadOnlyList<DeviceDetail> Devices()
    {
        string folder = Path.Combine(Checkout.Root, "samples/hospital-day");
        DeviceLedger ledger = new(LocalNetworks.Default);
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(folder, "hospital.pcap")]);
        new SensorPipeline(new SensorOptions(), source, new IntoLedger(ledger)).Run();
        Dictionary<string, JsonElement> register = File.ReadLines(Path.Combine(folder, "truth/devices.ndjson")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.TryGetProperty("mac", out _)).GroupBy(row => row.GetProperty("mac").GetString()!).ToDictionary(same => same.Key, same => same.First());
        return [.. ledger.Devices().Select((device, index) => Detail(index + 1, device, device.Macs.Count > 0 && register.TryGetValue(device.Macs[0].ToString(), out JsonElement row) ? row : null))];
    }

    private static DeviceDetail Detail(long id, Device device, JsonElement? row)
    {
        // Every fifth device was never entered by anybody, as in a real register.
        string? Entered(string name) => id % 5 != 0 && row is { } known && known.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
        List<FieldValue> fields = [.. device.Claims.Where(claim => Fields.ContainsKey(claim.Kind)).GroupBy(claim => Fields[claim.Kind]).Select(Decided)];
        foreach ((string field, string key) in ((string, string)[])[("department", "department"), ("person", "owner"), ("contact", "contact"), ("bed", "bed"), ("assetTag", "asset_tag")])
        {
            if (Entered(key) is { Length: > 0 } value) fields.Add(new FieldValue(field, value, null, 1, "周敏", device.FirstSeen, false, "a person entered it", []));
        }
        FieldValue? type = fields.Find(field => field.Field == "type");
        DeviceLine line = new()
        {
            Id = id,
            Name = device.Name,
            Type = device.Type,
            TypeConfidence = type?.Confidence,
            Category = device.Category,
            Vendor = device.Vendor,
            Model = device.Model,
            Department = Entered("department"),
            Bed = Entered("bed"),
            Person = Entered("owner"),
            Contact = Entered("contact"),
            AssetTag = Entered("asset_tag"),
            SerialNumber = fields.Find(field => field.Field == "serialNumber")?.Value,
            Ip = device.Ips.Count > 0 ? device.Ips[0] : default,
            Mac = device.Macs.Count > 0 ? device.Macs[0] : default,
            Vlan = device.Vlans.Count > 0 ? device.Vlans[0] : 0,
            LifeCycle = "deployed",
            Consequence = device.Type is { } one && LifeSupport.Contains(one) ? "death-or-serious-injury" : null,
            HasConflict = fields.Exists(field => field.HasConflict),
            FirstSeen = device.FirstSeen,
            LastSeen = device.LastSeen,
        };
        return new DeviceDetail
        {
            Line = line,
            Revision = 1,
            Fields = fields,
            Interfaces = [new InterfaceLine(1, line.Mac, device.Notes, device.Vlans, [.. device.Ips.Select(ip => new AddressSpan(ip, device.FirstSeen, device.LastSeen, "dhcp"))])],
            Offers = device.Offers,
            Uses = device.Uses,
            Events = [new DeviceEvent(device.FirstSeen, "周敏", "edited", "department", null, line.Department, "stock-taking"), new DeviceEvent(device.FirstSeen, null, "appeared", null, null, device.Ips.Count > 0 ? device.Ips[0].ToString() : null, null)],
        };
    }

    /// <summary>A plain decision for the test's purposes; the product's is the ledger's.</summary>
    private static FieldValue Decided(IGrouping<string, ClaimTally> claims)
    {
        ClaimTally[] sorted = [.. claims.OrderByDescending(claim => claim.Source is not ("mac-prefix" or "habit")).ThenByDescending(claim => claim.Count)];
        bool single = claims.Key is "type" or "vendor" or "model" or "serialNumber" or "softwareVersion" or "osName";
        bool conflict = single && sorted.Where(claim => claim.Source != "mac-prefix").Select(claim => claim.Value).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;
        double confidence = sorted[0].Source switch { "mac-prefix" => 0.7, "habit" => 0.78, _ => conflict ? 0.8 : 0.95 };
        return new FieldValue(claims.Key, sorted[0].Value, null, confidence, null, null, conflict, $"{sorted[0].Source}: {sorted[0].Origin}", sorted);
    }

    private sealed class IntoLedger(DeviceLedger ledger) : ISensorOutput
    {
        public void Take(Transaction transaction)
        {
        }

        public void Take(FlowRecord flow) => ledger.Take(flow);

        public void Take(Observation observation) => ledger.Take(observation);

        public void Advance(CaptureTime now)
        {
        }
    }
}
