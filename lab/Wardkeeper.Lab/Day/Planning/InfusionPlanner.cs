using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Infusions: the order, then what the pump says of its start, its course, its alarms and its end.</summary>
internal static class InfusionPlanner
{
    private const string Start = "197288^MDC_EVT_PUMP_DELIV_START^MDC", Stop = "197290^MDC_EVT_PUMP_DELIV_STOP^MDC", Complete = "197292^MDC_EVT_PUMP_DELIV_COMP^MDC",
        Occlusion = "196940^MDC_EVT_FLUID_LINE_OCCL^MDC", NearlyComplete = "197334^MDC_EVT_VOL_INFUS_NEAR_COMP^MDC";

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly IReadOnlyList<PlanRow> Drugs = PlanTable.Read("drugs");

    /// <summary>Adds the day's infusions.</summary>
    public static void Plan(DayDraft draft)
    {
        foreach (HospitalDevice pump in draft.Plan.Devices.Where(device => device.Type is "infusion-pump" or "syringe-pump"))
        {
            Dice dice = draft.Dice("infusion/" + pump.Key);
            foreach (Stay stay in draft.Census.Of(pump.Bed!))
            {
                TimeSpan at = (stay.Begin < TimeSpan.Zero ? TimeSpan.Zero : stay.Begin) + dice.Minutes(15, 40);
                while (at + TimeSpan.FromMinutes(30) < stay.End && at < Day)
                {
                    Infusion infusion = Make(draft, pump, stay, at, dice);
                    Run(draft, infusion, dice);
                    at = infusion.End + dice.Minutes(30, 150);
                }
            }
        }
    }

    private static Infusion Make(DayDraft draft, HospitalDevice pump, Stay stay, TimeSpan at, Dice dice)
    {
        PlanRow drug = dice.Of([.. Drugs.Where(row => row["pump"] == pump.Type)]);
        int rate = dice.Between(drug.Number("low"), drug.Number("high")), volume = drug.Number("volume");
        TimeSpan length = TimeSpan.FromSeconds(volume * 3600 / rate), longest = TimeSpan.FromMinutes(dice.Between(240, 420));
        TimeSpan end = at + (length < longest ? length : longest);
        return new Infusion(pump, stay, "M" + draft.Number("order"), drug["code"], drug["drug"], rate.ToString(CultureInfo.InvariantCulture), volume, at, end < stay.End ? end : stay.End - TimeSpan.FromMinutes(1));
    }

    private static void Run(DayDraft draft, Infusion infusion, Dice dice)
    {
        TimeSpan begin = infusion.Begin;
        Chain chain = new() { Anchor = begin };
        chain.Add(DeviceMessages.Prescription(draft, begin - dice.Minutes(6, 14), infusion));
        chain.Add(DeviceMessages.InfusionEvent(draft, begin, infusion, Start, "infusing", Left(infusion, begin)));
        TimeSpan kinked = begin + TimeSpan.FromSeconds((int)(infusion.End - begin).TotalSeconds * dice.Between(20, 60) / 100), straightened = kinked + dice.Minutes(3, 5);
        bool isKinked = dice.Chance(16);
        foreach (TimeSpan at in Rhythm.Every(dice, begin, infusion.End - TimeSpan.FromMinutes(5), 35, 55))
        {
            if (!isKinked || at < kinked - TimeSpan.FromMinutes(1) || at > straightened + TimeSpan.FromMinutes(1)) chain.Add(DeviceMessages.Infusing(draft, at, infusion, Left(infusion, at)));
        }
        if (isKinked)
        {
            // The pump stops, somebody comes, it goes on.
            chain.Add(DeviceMessages.PumpAlarm(draft, kinked, infusion, Occlusion));
            chain.Add(DeviceMessages.InfusionEvent(draft, kinked + TimeSpan.FromSeconds(20), infusion, Stop, "not-infusing", Left(infusion, kinked)));
            chain.Add(DeviceMessages.InfusionEvent(draft, straightened, infusion, Start, "infusing", Left(infusion, kinked)));
        }
        bool isComplete = Left(infusion, infusion.End) == "0";
        if (isComplete) chain.Add(DeviceMessages.PumpAlarm(draft, infusion.End - TimeSpan.FromMinutes(4), infusion, NearlyComplete));
        chain.Add(DeviceMessages.InfusionEvent(draft, infusion.End, infusion, isComplete ? Complete : Stop, "not-infusing", Left(infusion, infusion.End)));
        draft.Add(chain);
    }

    /// <summary>Millilitres that are left.</summary>
    private static string Left(Infusion infusion, TimeSpan at)
    {
        double given = int.Parse(infusion.Rate, CultureInfo.InvariantCulture) * (at - infusion.Begin).TotalHours;
        return ((int)Math.Max(0, Math.Round(infusion.Volume - given))).ToString(CultureInfo.InvariantCulture);
    }
}
