using System.Globalization;

namespace Wardkeeper.Lab.Hospital;

/// <summary>Puts beds into departments and devices to beds: one for every monitor, and those that the table adds without one.</summary>
internal static class BedPlanner
{
    /// <summary>All beds.</summary>
    public static IReadOnlyList<Bed> Make(IEnumerable<Department> departments, IReadOnlyList<PlanRow> rows, IReadOnlyList<HospitalDevice> devices) =>
    [
        .. departments.SelectMany(department => Enumerable
            .Range(1, devices.Count(device => IsMonitor(device) && device.Department == department) + rows.Single(row => row["key"] == department.Key).Number("beds"))
            .Select(number => new Bed(department, string.Create(CultureInfo.InvariantCulture, $"{department.Key.ToUpperInvariant()}-{number:00}")))),
    ];

    /// <summary>The devices with their beds. Pumps stand where a monitor stands, wristbands where none does.</summary>
    public static IReadOnlyList<HospitalDevice> Place(IReadOnlyList<HospitalDevice> devices, IReadOnlyList<Bed> beds)
    {
        Dictionary<string, int> next = new(StringComparer.Ordinal);
        return [.. devices.Select(device => BedOf(device, devices, beds, next) is { } bed ? device with { Bed = bed.Name } : device)];
    }

    private static Bed? BedOf(HospitalDevice device, IReadOnlyList<HospitalDevice> devices, IReadOnlyList<Bed> beds, Dictionary<string, int> next)
    {
        Bed[] here = [.. beds.Where(bed => bed.Department == device.Department)];
        int monitors = devices.Count(other => IsMonitor(other) && other.Department == device.Department);
        return device.Type switch
        {
            "patient-monitor" => here[Next("monitor")],
            "infusion-pump" => here[Next("pump") % monitors],
            "syringe-pump" => here[Next("syringe") % monitors],
            "ventilator" => here[monitors - 1],
            "wristband" => here[monitors + Next("wristband")],
            _ => null,
        };

        int Next(string kind)
        {
            string key = kind + device.Department.Key;
            next[key] = next.GetValueOrDefault(key) + 1;
            return next[key] - 1;
        }
    }

    private static bool IsMonitor(HospitalDevice device) => device.Type == "patient-monitor";
}
