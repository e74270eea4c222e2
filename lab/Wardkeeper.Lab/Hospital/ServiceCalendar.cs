using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Hospital;

/// <summary>Work that the hospital has announced.</summary>
/// <param name="Device">On what.</param>
/// <param name="Engineer">The machine it is done from.</param>
/// <param name="DaysAhead">In how many days; 0 is today.</param>
internal sealed record AnnouncedWork(HospitalDevice Device, HospitalDevice Engineer, int DaysAhead)
{
    /// <summary>Whether it is announced for today.</summary>
    public bool IsToday => DaysAhead == 0;
}

/// <summary>
/// When the clinical engineers work on which medical device, as the hospital has announced it: on every other one today, on the rest in some days. Whoever judges the scenes of service reads it from
/// the site's file, as the hospital's own people would write it.
/// </summary>
internal static class ServiceCalendar
{
    /// <summary>Name of the file in the folder of the truth.</summary>
    public const string FileName = "site.yaml";

    /// <summary>What stands open for service on a device.</summary>
    private static readonly string[] Doors = ["ssh", "telnet", "ftp", "smb", "http"];

    /// <summary>What medical devices speak, and not the systems behind them.</summary>
    private static readonly string[] Medical = ["dicom", "pcd", "data-export", "sdc", "astm", "poct1a"], Systems = ["server", "workstation", "central-monitor"];

    /// <summary>All announced work, by the keys of the devices.</summary>
    /// <exception cref="LabException">There is nobody who could do it.</exception>
    public static IReadOnlyList<AnnouncedWork> Of(IEnumerable<HospitalDevice> devices)
    {
        HospitalDevice[] all = [.. devices.OrderBy(device => device.Key, StringComparer.Ordinal)];
        HospitalDevice engineer = all.FirstOrDefault(device => device.Type == "office-pc") ?? throw new LabException("no office PC of this hospital can be the clinical engineers'");
        return [.. all.Where(IsServiced).Select((device, number) => new AnnouncedWork(device, engineer, number % 2 == 0 ? 0 : 3 + (number % 5)))];
    }

    /// <summary>The site's file of a hospital, docs/site.md: its networks and what is announced.</summary>
    /// <param name="devices">Its devices.</param>
    /// <param name="today">The day that is today.</param>
    public static string Site(IEnumerable<HospitalDevice> devices, DateOnly today)
    {
        StringBuilder text = new("# What the hospital knows of itself: its networks, and the work that was announced.\nlocalNetworks: [10.77.0.0/16]\nmaintenanceWindows:\n");
        foreach (AnnouncedWork work in Of(devices))
        {
            DateOnly begin = today.AddDays(work.DaysAhead);
            // Into the next day: what begins shortly before midnight ends within it.
            text.Append(CultureInfo.InvariantCulture, $"  - {{name: service of {work.Device.Key}, devices: [{work.Device.Ip}], peers: [{work.Engineer.Ip}], from: '{Moment(begin)}', until: '{Moment(begin.AddDays(2))}'}}\n");
        }
        return text.ToString();

        static string Moment(DateOnly day) => HospitalTime.At(day, TimeSpan.Zero).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    private static bool IsServiced(HospitalDevice device) => device.Offers.Any(Doors.Contains) && device.Speaks.Any(Medical.Contains) && !Systems.Any(system => device.Type.EndsWith(system, StringComparison.Ordinal));
}
