namespace Wardkeeper.Lab.Hospital;

/// <summary>How big the hospital is.</summary>
public enum HospitalSize
{
    /// <summary>About 22 devices in 6 departments.</summary>
    Small,

    /// <summary>About 60 devices in 12 departments.</summary>
    Full,
}

/// <summary>
/// The hospital as it truly is: departments, devices, beds and patients, all from a seed. The places (slots) are the same in every
/// hospital; which maker's model stands there, with which version, serial number, names and addresses, is the seed's choice. The
/// vendor's machine stands outside, in a subnet for documentation (RFC 5737).
/// </summary>
public sealed record HospitalPlan
{
    /// <summary>Domain of all host names (RFC 2606).</summary>
    public const string Domain = "hospital.test";

    /// <summary>Key of the department outside the hospital.</summary>
    public const string Outside = "outside";

    /// <summary>What it was made from.</summary>
    public required int Seed { get; init; }

    /// <summary>How big it is.</summary>
    public required HospitalSize Size { get; init; }

    /// <summary>Departments, the outside last.</summary>
    public required IReadOnlyList<Department> Departments { get; init; }

    /// <summary>Devices in the order of their slots, the router first.</summary>
    public required IReadOnlyList<HospitalDevice> Devices { get; init; }

    /// <summary>Beds, those with monitors and those without.</summary>
    public required IReadOnlyList<Bed> Beds { get; init; }

    /// <summary>Patients.</summary>
    public required IReadOnlyList<HospitalPatient> Patients { get; init; }

    /// <summary>A device by its key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public HospitalDevice this[string key] => Find(key) ?? throw new KeyNotFoundException($"this hospital has no device {key}");

    /// <summary>Plans a hospital.</summary>
    /// <param name="seed">Any number; another one gives another hospital.</param>
    /// <param name="size">How big.</param>
    public static HospitalPlan FromSeed(int seed, HospitalSize size)
    {
        IReadOnlyList<PlanRow> rows = [.. PlanTable.Read("departments").Where(row => Stands(row, size))];
        Dictionary<string, Department> departments = DepartmentPlanner.Make(seed, rows);
        List<HospitalDevice> devices = DevicePlanner.Make(seed, departments, [.. PlanTable.Read("slots").Where(row => Stands(row, size))]);
        IReadOnlyList<Bed> beds = BedPlanner.Make(departments.Values, rows, devices);
        return new HospitalPlan
        {
            Seed = seed,
            Size = size,
            Departments = [.. departments.Values],
            Devices = BedPlanner.Place(devices, beds),
            Beds = beds,
            Patients = PatientPlanner.Make(seed, size),
        };
    }

    /// <summary>A device by its key, or null.</summary>
    public HospitalDevice? Find(string key) => Devices.FirstOrDefault(device => device.Key == key);

    private static bool Stands(PlanRow row, HospitalSize size) => size == HospitalSize.Full || row["size"] == "S";
}
