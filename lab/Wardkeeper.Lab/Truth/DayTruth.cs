using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.Json;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Truth;

/// <summary>
/// What is true of a recording, for whoever compares: devices, patients, events, what must be counted on the wire, scenes and
/// their packets. Everything but the scenes' times and packets follows from the seed, so that two recordings agree byte for byte.
/// </summary>
internal static class DayTruth
{
    /// <summary>Writes all files.</summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="day">The planned day.</param>
    /// <param name="happened">Those of its events that happened as planned.</param>
    /// <param name="scenes">Scenes that ran, in their order.</param>
    /// <param name="cancel">Stops writing.</param>
    public static async Task WriteAsync(string folder, DayPlan day, IReadOnlyList<LabEvent> happened, IReadOnlyList<TruthScene> scenes, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        string Path(string name) => System.IO.Path.Combine(folder, name + ".ndjson");
        WireFact[] facts = [.. happened.SelectMany(what => what.Facts)];
        ILookup<string, string> protocols = facts.SelectMany(fact => new[] { (fact.From, fact.Protocol), (fact.To, fact.Protocol) }).Distinct().OrderBy(pair => pair.Protocol, StringComparer.Ordinal).ToLookup(pair => pair.Item1, pair => pair.Protocol);
        ILookup<string, PatientVisit> visits = day.Visits.ToLookup(visit => visit.Patient, StringComparer.Ordinal);
        await TruthFile.WriteAsync(Path("devices"), day.Hospital.Devices, (row, device) => WriteDevice(row, device, day.Hospital, protocols[device.Key]), cancel);
        await TruthFile.WriteAsync(Path("patients"), day.Hospital.Patients, (row, patient) => WritePatient(row, patient, visits[patient.Id]), cancel);
        await TruthFile.WriteAsync(Path("events"), happened, (row, what) => WriteEvent(row, what, day.Date), cancel);
        await TruthFile.WriteAsync(Path("counts"), Counts(facts), WriteCount, cancel);
        await TruthFile.WriteAsync(Path("scenes"), scenes.Index(), WriteScene, cancel);
        await TruthFile.WriteAsync(Path("packets"), scenes.Index(), WritePackets, cancel);
    }

    private static IEnumerable<WireFact> Counts(IEnumerable<WireFact> facts) => facts.GroupBy(fact => (fact.Protocol, fact.What, fact.From, fact.To))
        .Select(same => new WireFact(same.Key.Protocol, same.Key.What, same.Key.From, same.Key.To, same.Sum(fact => fact.Count)))
        .OrderBy(fact => fact.Protocol, StringComparer.Ordinal).ThenBy(fact => fact.What, StringComparer.Ordinal).ThenBy(fact => fact.From, StringComparer.Ordinal).ThenBy(fact => fact.To, StringComparer.Ordinal);

    private static void WriteDevice(Utf8JsonWriter row, HospitalDevice device, HospitalPlan plan, IEnumerable<string> protocols)
    {
        row.WriteString("key", device.Key);
        row.WriteString("type", device.Type);
        row.WriteString("vendor", device.Vendor);
        row.WriteString("model", device.Model);
        row.WriteString("software_version", device.SoftwareVersion);
        row.WriteString("serial_number", device.Serial);
        row.WriteString("asset_tag", device.AssetTag);
        row.WriteString("department", device.Department.Key);
        row.WriteString("department_en", device.Department.English);
        row.WriteString("department_zh", device.Department.Chinese);
        row.WriteOptional("bed", device.Bed);
        row.WriteString("owner", device.Owner);
        row.WriteString("contact", device.Contact);
        row.WriteString("host_name", device.HostName);
        row.WriteString("ip", device.Ip.ToString());
        row.WriteString("mac", MacOf(device.Mac));
        row.WriteNumber("vlan", device.Department.Vlan);
        row.WriteString("assignment", device.Dhcp is null ? "static" : "dhcp");
        WriteInterfaces(row, device, plan);
        if (device.Dhcp is { } dhcp)
        {
            row.WriteOptional("dhcp_vendor_class", dhcp.VendorClass);
            row.WriteStartArray("dhcp_parameters");
            foreach (byte parameter in dhcp.Parameters) row.WriteNumberValue(parameter);
            row.WriteEndArray();
        }
        row.WriteOptional("ae_title", device.AeTitle);
        row.WriteOptional("implementation_class_uid", device.ImplementationUid);
        row.WriteOptional("implementation_version_name", device.ImplementationVersion);
        row.WriteOptional("hl7_application", device.HlApplication);
        row.WriteOptional("hl7_facility", device.HlFacility);
        row.WriteTexts("offers", device.Offers);
        row.WriteTexts("protocols", protocols);
    }

    /// <summary>The router has a leg in every department, each with the same hardware address.</summary>
    private static void WriteInterfaces(Utf8JsonWriter row, HospitalDevice device, HospitalPlan plan)
    {
        IEnumerable<(int Vlan, string Ip)> legs = device.Key == HospitalNetwork.Router
            ? plan.Departments.Select(department => plan.Devices.First(other => other.Department == department)).Select(neighbour => (neighbour.Department.Vlan, HospitalNetwork.RouterOf(neighbour).ToString()))
            : [(device.Department.Vlan, device.Ip.ToString())];
        row.WriteStartArray("interfaces");
        foreach ((int vlan, string ip) in legs)
        {
            row.WriteStartObject();
            row.WriteString("mac", MacOf(device.Mac));
            row.WriteString("ip", ip);
            row.WriteNumber("vlan", vlan);
            row.WriteEndObject();
        }
        row.WriteEndArray();
    }

    private static void WritePatient(Utf8JsonWriter row, HospitalPatient patient, IEnumerable<PatientVisit> visits)
    {
        row.WriteString("id", patient.Id);
        row.WriteString("national_id", patient.NationalId);
        row.WriteString("family", patient.Family);
        row.WriteString("given", patient.Given);
        row.WriteString("sex", patient.Sex);
        row.WriteString("birth", patient.Birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        row.WriteString("charset", patient.Charset);
        row.WriteString("telephone", patient.Telephone);
        row.WriteStartArray("visits");
        foreach (PatientVisit visit in visits)
        {
            row.WriteStartObject();
            row.WriteString("number", visit.Number);
            row.WriteString("class", visit.Class);
            row.WriteString("department", visit.Department);
            row.WriteOptional("bed", visit.Bed);
            row.WriteEndObject();
        }
        row.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter row, LabEvent what, DateOnly date)
    {
        DateTimeOffset at = HospitalTime.At(date, what.At);
        row.WriteMoment("ts", at.Microseconds());
        row.WriteString("at", at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        row.WriteString("kind", what.GetType().Name);
        row.WriteString("actor", what.Actor);
        row.WriteStartArray("facts");
        foreach (WireFact fact in what.Facts)
        {
            row.WriteStartObject();
            WriteCount(row, fact);
            row.WriteOptional("patient", fact.Patient);
            row.WriteEndObject();
        }
        row.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter row, WireFact fact)
    {
        row.WriteString("protocol", fact.Protocol);
        row.WriteString("what", fact.What);
        row.WriteString("from", fact.From);
        row.WriteString("to", fact.To);
        row.WriteNumber("count", fact.Count);
    }

    private static void WriteScene(Utf8JsonWriter row, (int Index, TruthScene Scene) one)
    {
        (int index, TruthScene scene) = one;
        row.WriteNumber("scene", index + 1);
        row.WriteString("name", scene.Name);
        row.WriteBoolean("attack", scene.IsAttack);
        row.WriteMoment("begin", scene.Begin);
        row.WriteMoment("end", scene.End);
        row.WriteTexts("techniques", scene.Techniques);
        row.WriteStartObject("facts");
        foreach ((string what, string value) in scene.Facts) row.WriteString(what, value);
        row.WriteEndObject();
        row.WriteStartArray("machines");
        foreach (TruthMachine machine in scene.Machines)
        {
            row.WriteStartObject();
            row.WriteString("type", machine.Type);
            row.WriteString("mac", MacOf(machine.Mac));
            row.WriteString("ip", machine.Ip.ToString());
            row.WriteNumber("vlan", machine.Vlan);
            row.WriteEndObject();
        }
        row.WriteEndArray();
        row.WriteNumber("packets", scene.Packets.Count);
    }

    private static void WritePackets(Utf8JsonWriter row, (int Index, TruthScene Scene) one)
    {
        row.WriteNumber("scene", one.Index + 1);
        row.WriteString("name", one.Scene.Name);
        row.WriteStartArray("packets");
        foreach ((long first, long last) in one.Scene.Ranges())
        {
            row.WriteStartArray();
            row.WriteNumberValue(first);
            row.WriteNumberValue(last);
            row.WriteEndArray();
        }
        row.WriteEndArray();
    }

    private static string MacOf(PhysicalAddress mac) => string.Join(':', mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
}
