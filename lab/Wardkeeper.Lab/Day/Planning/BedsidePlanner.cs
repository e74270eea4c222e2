using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Monitors, ventilators and wristbands: what they report, or are asked for, as long as somebody lies there.</summary>
internal static class BedsidePlanner
{
    /// <summary>Adds the day's observations.</summary>
    public static void Plan(DayDraft draft)
    {
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => device.Bed is not null))
        {
            Dice dice = draft.Dice("bedside/" + device.Key);
            foreach (Stay stay in draft.Census.Of(device.Bed!))
            {
                (TimeSpan begin, TimeSpan end) = (stay.Begin < TimeSpan.Zero ? TimeSpan.Zero : stay.Begin + TimeSpan.FromMinutes(2), stay.End < TimeSpan.FromHours(24) ? stay.End : TimeSpan.FromHours(24));
                if (device.Offers.Contains("data-export")) Polled(draft, device, stay, begin, end, dice);
                else if (device.Offers.Contains("sdc")) Read(draft, device, stay, begin, end, dice);
                else if (device.Type == "patient-monitor") Reports(draft, device, stay, begin, end, dice);
                else if (device.Type == "wristband") Publishes(draft, device, begin, end, dice);
            }
        }
        Central(draft);
    }

    private static void Polled(DayDraft draft, HospitalDevice device, Stay stay, TimeSpan begin, TimeSpan end, Dice dice)
    {
        foreach (TimeSpan at in Rhythm.Every(dice, begin, end, 8, 12)) draft.Add(new MonitorPolled(at, "cms", device.Key, stay.Visit.Patient, dice.Between(2, 4)));
    }

    private static void Read(DayDraft draft, HospitalDevice device, Stay stay, TimeSpan begin, TimeSpan end, Dice dice)
    {
        // A probe goes to a group within the subnet: the central station finds no provider elsewhere.
        if (device.Department.Vlan != draft.Plan["cms"].Department.Vlan) return;
        foreach (TimeSpan at in Rhythm.Every(dice, begin, end, 16, 24)) draft.Add(new ProviderRead(at, "cms", device.Key, stay.Visit.Patient));
    }

    private static void Reports(DayDraft draft, HospitalDevice device, Stay stay, TimeSpan begin, TimeSpan end, Dice dice)
    {
        foreach (TimeSpan at in Rhythm.Every(dice, begin, end, 25, 40))
        {
            draft.Add(DeviceMessages.Vitals(draft, at, device, stay, dice));
            if (dice.Chance(9) && at + TimeSpan.FromMinutes(6) < end) draft.Add(DeviceMessages.VitalAlarm(draft, at + dice.Minutes(2, 6), device, stay, dice));
        }
    }

    private static void Publishes(DayDraft draft, HospitalDevice device, TimeSpan begin, TimeSpan end, Dice dice)
    {
        int battery = dice.Between(60, 100);
        foreach (TimeSpan at in Rhythm.Every(dice, begin, end, 12, 18))
        {
            battery = Math.Max(5, battery - dice.Between(0, 2));
            draft.Add(new TopicPublished(at, device.Key, "mqtt", $"ward/{device.Department.Key}/{device.HostName}/vitals",
                string.Create(CultureInfo.InvariantCulture, $$"""{"serial":"{{device.Serial}}","bed":"{{device.Bed}}","hr":{{dice.Between(58, 118)}},"spo2":{{dice.Between(92, 100)}},"steps":{{dice.Between(0, 40)}},"battery":{{battery}}}""")));
        }
    }

    /// <summary>The central station hands on what it polled, hourly, and the alarms of those beds.</summary>
    private static void Central(DayDraft draft)
    {
        HospitalDevice central = draft.Plan["cms"];
        foreach (HospitalDevice monitor in draft.Plan.Devices.Where(device => device.Offers.Contains("data-export")))
        {
            Dice dice = draft.Dice("central/" + monitor.Key);
            foreach (TimeSpan at in Rhythm.Every(dice, TimeSpan.Zero, TimeSpan.FromHours(24), 55, 65))
            {
                if (draft.Census.InBed(monitor.Bed, at) is not { } stay) continue;
                draft.Add(DeviceMessages.Vitals(draft, at, central, stay, dice));
                if (dice.Chance(12)) draft.Add(DeviceMessages.VitalAlarm(draft, at + dice.Minutes(3, 9), central, stay, dice));
            }
        }
    }
}
