namespace Wardkeeper.Lab.Hospital;

/// <summary>Gives departments their virtual LANs.</summary>
internal static class DepartmentPlanner
{
    private const int OutsideVlan = 99;

    /// <summary>Departments by key, in the order of the table. Virtual LANs grow by about ten, so that none is 99.</summary>
    public static Dictionary<string, Department> Make(int seed, IReadOnlyList<PlanRow> rows)
    {
        Dice dice = new(seed, "departments");
        Dictionary<string, Department> departments = new(StringComparer.Ordinal);
        foreach (PlanRow row in rows)
        {
            int vlan = row["key"] == HospitalPlan.Outside ? OutsideVlan : (10 * (departments.Count + 1)) + dice.Between(0, 8);
            departments.Add(row["key"], new Department(row["key"], row["english"], row["chinese"], vlan));
        }
        return departments;
    }
}
