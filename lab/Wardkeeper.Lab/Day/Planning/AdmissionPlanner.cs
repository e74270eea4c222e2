using Wardkeeper.Lab.Day.Planning.Messages;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Patients come, move, change their data and go: the hospital's system tells the others.</summary>
internal static class AdmissionPlanner
{
    /// <summary>Adds the day's admissions.</summary>
    public static void Plan(DayDraft draft)
    {
        Dice dice = draft.Dice("admissions");
        foreach (Stay stay in draft.Census.Stays)
        {
            if (stay.Arrival is not null) Tell(draft, stay.Begin, stay.Arrival, stay, dice, isArrival: true);
            if (stay.Leaving is not null) Tell(draft, stay.End, stay.Leaving, stay, dice, isArrival: false);
        }
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Ward, draft.Count(8, 20)))
        {
            if (draft.Census.Someone(dice, at, _ => true) is { } stay) Tell(draft, at, "A08", stay, dice, isArrival: true);
        }
    }

    private static void Tell(DayDraft draft, TimeSpan at, string trigger, Stay stay, Dice dice, bool isArrival)
    {
        // A patient who registers at the kiosk is known to the hospital's system by its message.
        if (trigger == "A04" && stay.Visit.Class == "O" && draft.Has("kiosk1") && draft.Power.IsOn("kiosk1", at) && dice.Chance(55))
        {
            draft.Add(new PageVisited(at - TimeSpan.FromSeconds(40), "kiosk1", "his", 443, true, "/register?visit=" + stay.Visit.Number, Browsers.Of(draft.Plan["kiosk1"])));
            draft.Add(AdmissionMessages.Of(draft, at, trigger, "kiosk1", "his", stay));
            at += TimeSpan.FromSeconds(dice.Between(5, 20));
        }
        string[] receivers = stay.Department.Key switch { "icu" => ["pcd", "lis", "ris"], "theatre" => ["pcd", "ris"], "emergency" when trigger is "A01" => ["lis", "ris"], _ => ["lis"] };
        for (int i = 0; i < receivers.Length; i++) draft.Add(AdmissionMessages.Of(draft, at + TimeSpan.FromSeconds(2 * i), trigger, "his", receivers[i], stay, isArrival));
    }
}
