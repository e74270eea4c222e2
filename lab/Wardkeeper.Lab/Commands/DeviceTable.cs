using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Commands;

/// <summary>The hospital's devices as a table.</summary>
internal static class DeviceTable
{
    /// <summary>One line a device, by department.</summary>
    public static string Text(HospitalPlan plan, string name, bool chinese)
    {
        StringBuilder text = new();
        foreach (Department department in plan.Departments)
        {
            HospitalDevice[] devices = [.. plan.Devices.Where(device => device.Department == department)];
            text.AppendLine(CultureInfo.InvariantCulture, $"{(chinese ? department.Chinese : department.English)} (VLAN {department.Vlan})");
            foreach (HospitalDevice device in devices) text.AppendLine(CultureInfo.InvariantCulture, $"  {name + "-" + device.Key,-14} {device.Ip,-15} {device.Vendor} {device.Model} · {device.Type}{(device.Offers.Count > 0 ? " · " + string.Join(' ', device.Offers) : "")}");
        }
        return text.ToString();
    }
}
