using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Who is where at what time: who lies in which bed, and who walks about in the clinics.</summary>
internal sealed class Census
{
    private static readonly TimeSpan Yesterday = TimeSpan.FromHours(-6), Tomorrow = TimeSpan.FromHours(30);
    private readonly DayDraft draft;
    private readonly Queue<HospitalPatient> waiting;
    private readonly List<Stay> stays = [];
    private int visits;

    private Census(DayDraft draft)
    {
        this.draft = draft;
        waiting = new(draft.Dice("patients").Shuffled(draft.Plan.Patients));
    }

    /// <summary>All stays of the day.</summary>
    public IReadOnlyList<Stay> Stays => stays;

    /// <summary>All visits of the day.</summary>
    public IReadOnlyList<PatientVisit> Visits =>
        [.. stays.Select(stay => new PatientVisit(stay.Visit.Number, stay.Visit.Patient.Id, stay.Visit.Class, stay.Department.Key, stay.Bed?.Name)).OrderBy(visit => visit.Number, StringComparer.Ordinal)];

    /// <summary>Plans a day's.</summary>
    public static Census Of(DayDraft draft)
    {
        Census census = new(draft);
        foreach (Bed bed in draft.Plan.Beds)
        {
            Dice dice = draft.Dice("bed/" + bed.Name);
            switch (bed.Department.Key)
            {
                case "icu":
                    census.IntensiveCare(bed, dice);
                    break;
                case "emergency":
                    census.Emergency(bed, dice);
                    break;
                case "theatre":
                    census.Theatre(bed, dice);
                    break;
                default:
                    census.Shifts(bed, dice);
                    break;
            }
        }
        census.Outpatients(draft.Dice("outpatients"));
        return census;
    }

    /// <summary>Who lies in a bed then, or null.</summary>
    public Stay? InBed(string? bed, TimeSpan at) => stays.FirstOrDefault(stay => stay.Bed is not null && stay.Bed.Name == bed && stay.Holds(at));

    /// <summary>Stays in a bed.</summary>
    public IEnumerable<Stay> Of(string bed) => stays.Where(stay => stay.Bed?.Name == bed);

    /// <summary>One of those who are in the house then, or null if nobody fits.</summary>
    public Stay? Someone(Dice dice, TimeSpan at, Func<Stay, bool> fits)
    {
        Stay[] those = [.. stays.Where(stay => stay.Holds(at) && fits(stay))];
        return those.Length > 0 ? dice.Of(those) : null;
    }

    private void IntensiveCare(Bed bed, Dice dice)
    {
        bool leaves = dice.Chance(40);
        TimeSpan leavesAt = TimeSpan.FromMinutes(dice.Between(540, 840)), comes = TimeSpan.FromMinutes(dice.Between(90, 1080));
        if (dice.Chance(88))
        {
            stays.Add(new Stay(Visit("I", dice), bed.Department, bed, Yesterday, leaves ? leavesAt : Tomorrow, null, leaves ? dice.Of(["A02", "A02", "A03"]) : null, "WARD5^^" + dice.Between(1, 40)));
            if (!leaves) return;
            comes = leavesAt + dice.Minutes(45, 240);
        }
        stays.Add(new Stay(Visit("I", dice), bed.Department, bed, comes, Tomorrow, dice.Of(["A01", "A02"]), null, "THEATRE^^"));
    }

    private void Emergency(Bed bed, Dice dice)
    {
        for (TimeSpan at = TimeSpan.FromMinutes(dice.Between(-180, 300)); at < TimeSpan.FromHours(23); at += dice.Minutes(at.Hours is > 7 and < 22 ? 15 : 90, at.Hours is > 7 and < 22 ? 120 : 360))
        {
            TimeSpan end = at + dice.Minutes(90, 300);
            stays.Add(new Stay(Visit("E", dice), bed.Department, bed, at, end, at < TimeSpan.Zero ? null : "A04", dice.Of(["A03", "A03", "A03", "A01"]), "WARD3^^" + dice.Between(1, 40)));
            at = end;
        }
    }

    private void Theatre(Bed bed, Dice dice)
    {
        if (draft.IsWeekend && dice.Chance(70)) return;
        TimeSpan closed = TimeSpan.FromHours(draft.IsWeekend ? 12 : 16);
        for (TimeSpan at = TimeSpan.FromHours(8) + dice.Minutes(0, 35); at < closed; at += dice.Minutes(25, 50))
        {
            TimeSpan end = at + dice.Minutes(60, 150);
            stays.Add(new Stay(Visit("I", dice), bed.Department, bed, at, end, "A02", "A02", "WARD7^^" + dice.Between(1, 40)));
            at = end;
        }
    }

    /// <summary>Dialysis: two shifts a day, none on Sunday.</summary>
    private void Shifts(Bed bed, Dice dice)
    {
        if (draft.Date.DayOfWeek == DayOfWeek.Sunday) return;
        foreach (int hour in (int[])[7, 13])
        {
            if (!dice.Chance(85)) continue;
            TimeSpan at = TimeSpan.FromMinutes((60 * hour) + dice.Between(5, 25));
            stays.Add(new Stay(Visit("O", dice), bed.Department, bed, at, at + dice.Minutes(220, 250), "A04", "A03", ""));
        }
    }

    private void Outpatients(Dice dice)
    {
        Department clinic = draft.Plan.Departments.Single(department => department.Key == "outpatients");
        Department? checkUp = draft.Plan.Departments.FirstOrDefault(department => department.Key == "check-up");
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(26, 46)))
        {
            Visit visit = Visit("O", dice);
            stays.Add(new Stay(visit, checkUp is not null && dice.Chance(20) ? checkUp : clinic, null, at, at + dice.Minutes(100, 240), "A04", null, ""));
            // Some come again the same day, to another clinic: a visit of its own.
            if (!dice.Chance(12) || at > TimeSpan.FromHours(12)) continue;
            TimeSpan again = at + dice.Minutes(245, 300);
            stays.Add(new Stay(Next(visit.Patient, "O", dice), clinic, null, again, again + dice.Minutes(60, 120), "A04", null, ""));
        }
    }

    private Visit Visit(string patientClass, Dice dice) => Next(waiting.Dequeue(), patientClass, dice);

    private Visit Next(HospitalPatient patient, string patientClass, Dice dice)
    {
        (string family, string given) = Names.Latin(dice, dice.Of(["M", "F"]));
        return new(string.Create(CultureInfo.InvariantCulture, $"V{draft.Date:yyMMdd}{++visits:0000}"), patient, patientClass, $"D{dice.Between(1000, 1999)}^{family}^{given}");
    }
}
