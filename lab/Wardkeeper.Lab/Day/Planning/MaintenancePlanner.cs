using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>What the date brings: quality control on the first working day of the month, preventive maintenance on the second Tuesday, the vendor's visits.</summary>
internal static class MaintenancePlanner
{
    private const string Engineer = "pc1";

    /// <summary>Whether a date is the first working day of its month.</summary>
    public static bool IsQualityDay(DateOnly date) => date.DayOfWeek switch
    {
        DayOfWeek.Saturday or DayOfWeek.Sunday => false,
        DayOfWeek.Monday => date.Day <= 3,
        _ => date.Day == 1,
    };

    /// <summary>Whether a date is the second Tuesday of its month.</summary>
    public static bool IsMaintenanceDay(DateOnly date) => date.DayOfWeek == DayOfWeek.Tuesday && date.Day is > 7 and <= 14;

    /// <summary>When a modality sends the images of its phantom, which it makes in the minutes before; null on other days than those of quality control.</summary>
    public static TimeSpan? PhantomAt(DayDraft draft, HospitalDevice modality) =>
        IsQualityDay(draft.Date) ? TimeSpan.FromHours(7.6) + draft.Dice("phantom/" + modality.Key).Minutes(0, 40) : null;

    /// <summary>Adds the day's.</summary>
    public static void Plan(DayDraft draft)
    {
        Dice dice = draft.Dice("maintenance");
        if (IsQualityDay(draft.Date)) QualityControl(draft, dice);
        if (IsMaintenanceDay(draft.Date)) Maintenance(draft, dice);
        // The vendor's contract: two or three days in the working week.
        if (!draft.IsWeekend && dice.Chance(50)) Vendor(draft, dice);
    }

    /// <summary>Modalities are checked against the archive, and the protocols are filed.</summary>
    private static void QualityControl(DayDraft draft, Dice dice)
    {
        TimeSpan at = TimeSpan.FromHours(7.6);
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => device.AeTitle is not null && device.Type is not ("pacs-server" or "server")))
        {
            at += dice.Minutes(2, 5);
            for (int i = 0; i < 3; i++) draft.Add(new EchoSent(at + TimeSpan.FromSeconds(20 * i), device.Key, "pacs"));
            draft.Add(new FileCopied(at + TimeSpan.FromMinutes(2), Engineer, "files", "smb", string.Create(CultureInfo.InvariantCulture, $"qc-{device.Key}-{draft.Date:yyyyMM}.pdf"), dice.Between(20_000, 50_000), Put: true));
        }
    }

    /// <summary>The clinical engineer goes through the devices that let anybody in.</summary>
    private static void Maintenance(DayDraft draft, Dice dice)
    {
        TimeSpan at = TimeSpan.FromHours(13.2);
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => device.Type is not ("server" or "pacs-server" or "router" or "switch" or "office-pc")))
        {
            at += dice.Minutes(3, 6);
            if (device.Offers.Contains("http")) draft.Add(new PageVisited(at, Engineer, device.Key, 80, false, "/maintenance", Browsers.Of(draft.Plan[Engineer]), "service:service"));
            if (device.Offers.Contains("telnet")) draft.Add(new ShellOpened(at + TimeSpan.FromMinutes(1), Engineer, device.Key, "telnet", "uname -a"));
            if (device.Offers.Contains("ssh")) draft.Add(new ShellOpened(at + TimeSpan.FromMinutes(1), Engineer, device.Key, "ssh", "uptime"));
            if (device.Offers.Contains("ftp"))
            {
                Chain chain = new();
                string name = $"maintenance-{draft.Number("maintenance")}.log";
                chain.Add(new FileCopied(at + TimeSpan.FromMinutes(2), Engineer, device.Key, "ftp", name, 3_000, Put: true));
                chain.Add(new FileCopied(at + TimeSpan.FromMinutes(8), Engineer, device.Key, "ftp", name, 3_000, Put: false));
                draft.Add(chain);
            }
        }
    }

    /// <summary>One or two visits to devices with SSH, by day.</summary>
    private static void Vendor(DayDraft draft, Dice dice)
    {
        string[] serviced = [.. ((string[])["ct", "mr", "mg", "pacs", "cms"]).Where(key => draft.Plan.Find(key) is { } device && device.Offers.Contains("ssh") && device.Dhcp is null)];
        TimeSpan at = TimeSpan.FromHours(8.5) + dice.Minutes(0, 240);
        draft.Add(new VendorConnected(at, "vendor", HospitalNetwork.Router, dice.Of(serviced)));
        if (dice.Chance(40)) draft.Add(new VendorConnected(at + dice.Minutes(90, 240), "vendor", HospitalNetwork.Router, dice.Of(serviced)));
    }
}
