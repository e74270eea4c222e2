using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>What nurses, patients and small devices do with the information systems: handhelds, kiosks, ECG, health terminals, dialysis, drugs with tags.</summary>
internal sealed class ClinicPlanner
{
    private readonly DayDraft draft;

    private ClinicPlanner(DayDraft draft) => this.draft = draft;

    /// <summary>Adds the day's.</summary>
    public static void Plan(DayDraft draft)
    {
        ClinicPlanner planner = new(draft);
        foreach (string key in (string[])["pda1", "pda2"]) planner.Handheld(key);
        planner.Reports();
        planner.Electrocardiograms();
        planner.HealthTerminal();
        planner.Dialysis();
        planner.Tags();
    }

    /// <summary>A nurse scans a wristband and sees what is due; some write down what they measured.</summary>
    private void Handheld(string key)
    {
        if (draft.Plan.Find(key) is not { } device) return;
        Dice dice = draft.Dice("handheld/" + key);
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Ward, draft.Plan.Size == HospitalSize.Small ? 18 : 20))
        {
            if (draft.Census.Someone(dice, at, stay => stay.Department == device.Department) is not { } stay) continue;
            bool tls = dice.Chance(40);
            draft.Add(new PageVisited(at, key, "his", tls ? 443 : 80, tls, $"/nursing/{dice.Of(["tasks", "medication", "orders"])}?patient={stay.Visit.Patient.Id}", Browsers.Of(device), tls ? null : "nurse" + dice.Between(1, 9) + ":ward"));
            if (dice.Chance(30)) draft.Add(LaboratoryMessages.Results(draft, at + dice.Minutes(1, 3), key, "2.4", stay, "", "N" + draft.Number("nursing"), "8716-3^Vital signs^LN", [Plain("8310-5", "Body temperature", $"36.{dice.Between(2, 9)}", "Cel"), Plain("8867-4", "Heart rate", $"{dice.Between(60, 98)}", "/min")]));
        }
    }

    /// <summary>Patients fetch their reports and pay at the other kiosk.</summary>
    private void Reports()
    {
        if (!draft.Has("kiosk2")) return;
        Dice dice = draft.Dice("reports");
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(0, 26)))
        {
            if (draft.Census.Someone(dice, at, stay => stay.Bed is null) is { } stay)
                draft.Add(new PageVisited(at, "kiosk2", dice.Of(["ris", "lis"]), 443, true, "/reports?visit=" + stay.Visit.Number, Browsers.Of(draft.Plan["kiosk2"])));
        }
    }

    /// <summary>A recording goes to the file server, its measurements to the hospital's system.</summary>
    private void Electrocardiograms()
    {
        if (!draft.Has("ecg")) return;
        Dice dice = draft.Dice("ecg");
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(0, 14)))
        {
            if (draft.Census.Someone(dice, at, stay => stay.Bed is null) is not { } stay) continue;
            string number = "E" + draft.Number("ecg");
            draft.Add(new FileCopied(at, "ecg", "files", "ftp", number + ".xml", dice.Between(20_000, 60_000), Put: true));
            draft.Add(LaboratoryMessages.Results(draft, at + dice.Minutes(1, 2), "ecg", "2.3", stay, "", number, "11524-6^EKG study^LN", [Plain("8867-4", "Heart rate", $"{dice.Between(52, 104)}", "/min"), Plain("8625-6", "PR interval", $"{dice.Between(120, 200)}", "ms"), Plain("8634-8", "QT interval", $"{dice.Between(340, 440)}", "ms")]));
        }
    }

    private void HealthTerminal()
    {
        if (!draft.Has("cht1")) return;
        Dice dice = draft.Dice("health terminal");
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(0, 14)))
        {
            if (draft.Census.Someone(dice, at, stay => stay.Bed is null) is not { } stay) continue;
            draft.Add(LaboratoryMessages.Results(draft, at, "cht1", "2.4", stay, "", "C" + draft.Number("terminal"), "35094-2^Blood pressure panel^LN", [Plain("8480-6", "Systolic blood pressure", $"{dice.Between(104, 158)}", "mm[Hg]"), Plain("8462-4", "Diastolic blood pressure", $"{dice.Between(62, 96)}", "mm[Hg]"), Plain("29463-7", "Body weight", $"{dice.Between(45, 98)}", "kg")]));
        }
    }

    /// <summary>Machines are read over the serial device server while a shift runs; each treatment ends with a report.</summary>
    private void Dialysis()
    {
        if (!draft.Has("serial1", "dialws")) return;
        Stay[] treatments = [.. draft.Census.Stays.Where(stay => stay.Department.Key == "dialysis")];
        Dice dice = draft.Dice("dialysis");
        foreach (TimeSpan at in Rhythm.Every(dice, TimeSpan.FromHours(7), TimeSpan.FromHours(17.5), 9, 14))
        {
            Stay[] running = [.. treatments.Where(stay => stay.Holds(at))];
            if (running.Length > 0) draft.Add(new SerialRead(at, "dialws", "serial1", [.. running.Take(3).Select(stay => MachineLine(stay.Bed!, at - stay.Begin, dice))]));
        }
        foreach (Stay stay in treatments.Where(stay => draft.Power.IsOn("dialws", stay.End)))
            draft.Add(LaboratoryMessages.Results(draft, stay.End - TimeSpan.FromMinutes(4), "dialws", "2.3.1", stay, "", "D" + draft.Number("dialysis"), "D500^Haemodialysis^L", [Plain("D501", "Ultrafiltration volume", $"{dice.Between(1200, 3400)}", "mL"), Plain("D502", "Effective time", $"{dice.Between(210, 240)}", "min")]));
    }

    private static string MachineLine(Bed bed, TimeSpan since, Dice dice) => string.Create(CultureInfo.InvariantCulture,
        $"BED={bed.Name};T={(int)since.TotalMinutes:000};QB={dice.Between(200, 300)};AP=-{dice.Between(120, 200)};VP={dice.Between(90, 170)};TMP={dice.Between(40, 160)};COND={dice.Between(138, 142) / 10.0:0.0};UF={(int)(since.TotalMinutes * 10)}");

    /// <summary>Tags of drugs pass the reader's antenna: EPC of 96 bits, GS1 EPC Tag Data Standard, SGTIN-96.</summary>
    private void Tags()
    {
        if (!draft.Has("rfid1", "pc2")) return;
        Dice dice = draft.Dice("tags");
        foreach (TimeSpan at in Rhythm.Every(dice, TimeSpan.FromHours(7.5), TimeSpan.FromHours(18), 16, 26))
            draft.Add(new TagsReported(at, "pc2", "rfid1", [.. Enumerable.Range(0, dice.Between(1, 6)).Select(_ => string.Create(CultureInfo.InvariantCulture, $"3074{dice.Between(0, 0xffff):X4}{dice.Between(0, 0xffffff):X6}{dice.Between(0, 0xffffff):X6}{dice.Between(0, 0xffff):X4}")).Distinct()]));
    }

    private static TestResult Plain(string loinc, string name, string value, string unit) => new(new Measured(loinc, name, value, unit), loinc, "");
}
