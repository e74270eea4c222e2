using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>
/// Examinations: order, worklist, procedure step, images, commitment, report, and who looks at them. What rests on something else
/// comes minutes after it, so that it still does when the day is played fast.
/// </summary>
internal sealed class ImagingPlanner
{
    private static readonly TimeSpan PhantomTakes = TimeSpan.FromMinutes(10), PhantomStored = TimeSpan.FromMinutes(2);
    private static readonly IReadOnlyList<PlanRow> Kinds = PlanTable.Read("exams");
    private readonly DayDraft draft;
    private readonly List<(HospitalPatient Patient, TimeSpan From, TimeSpan To)> busy = [];
    private readonly List<Planned> exams = [];

    private ImagingPlanner(DayDraft draft) => this.draft = draft;

    /// <summary>Adds the day's examinations.</summary>
    public static void Plan(DayDraft draft)
    {
        ImagingPlanner planner = new(draft);
        foreach (HospitalDevice device in draft.Plan.Devices.Where(device => Kinds.Any(row => row["type"] == device.Type))) planner.PlanDevice(device);
        foreach (Planned exam in planner.exams) planner.Follow(exam);
        planner.Import();
    }

    private void PlanDevice(HospitalDevice device)
    {
        Dice dice = draft.Dice("imaging/" + device.Key);
        // A setting of the device, not of the day.
        bool hasTls = draft.Plan.Size == HospitalSize.Full && device.Key is "us2" or "mg";
        (TimeSpan begin, TimeSpan end) = draft.Power.Of(device.Key)[0];
        draft.Add(new EchoSent(device.Dhcp is null ? TimeSpan.FromHours(6.5) + dice.Minutes(0, 40) : begin + dice.Minutes(4, 12), device.Key, "pacs"));
        TimeSpan free = TimeSpan.FromMinutes(10);
        TimeSpan? phantom = MaintenancePlanner.PhantomAt(draft, device);
        if (phantom is { } at) draft.Add(new ImagesStored(at, device.Key, "pacs", Phantom.Of(draft, device, Kinds.First(row => row["type"] == device.Type)["modality"], at)));
        foreach (TimeSpan wanted in Rhythm.Picks(dice, device.Key is "ct" or "us3" or "dr" ? Rhythm.Ward : Rhythm.Clinic, CountOf(device.Key)))
        {
            PlanRow kind = dice.Of([.. Kinds.Where(row => row["type"] == device.Type)]);
            TimeSpan start = wanted > free ? wanted : free;
            TimeSpan length = dice.Minutes(kind.Range("minutes").Least, kind.Range("minutes").Most);
            if (phantom is { } made && start < made + PhantomStored && start + length > made - PhantomTakes) start = made + PhantomStored;
            if (start < begin + TimeSpan.FromMinutes(20) || start + length > end - TimeSpan.FromMinutes(15) || start + length > TimeSpan.FromHours(23.8)) continue;
            if (PatientFor(device, kind, start, length, dice) is not { } stay) continue;
            exams.Add(Make(device, kind, stay, start, length, hasTls && dice.Chance(35), dice));
            free = start + length + dice.Minutes(3, 6);
        }
    }

    private int CountOf(string key) => draft.Plan.Size == HospitalSize.Small ? draft.Count(10, 0) : draft.Count(0, key switch { "ct" => 13, "mr" => 8, "dr" => 15, "dsa" => 2, "mg" => 6, "us1" => 11, "us2" => 9, _ => 5 });

    private Stay? PatientFor(HospitalDevice device, PlanRow kind, TimeSpan start, TimeSpan length, Dice dice)
    {
        TimeSpan from = start - TimeSpan.FromMinutes(10), to = start + length + TimeSpan.FromMinutes(10);
        Stay? stay = draft.Census.Someone(dice, start - TimeSpan.FromMinutes(25), one => one.End > to && Fits(one)
            && !busy.Exists(other => other.Patient == one.Visit.Patient && other.From < to && from < other.To));
        if (stay is not null) busy.Add((stay.Visit.Patient, from, to));
        return stay;

        bool Fits(Stay one) => (kind["sex"].Length == 0 || kind["sex"] == one.Visit.Patient.Sex) && device.Key switch
        {
            "us3" => one.Department.Key == "emergency",
            "mg" => one.Visit.Class == "O" && one.Bed is null && one.Visit.Patient.Birth.Year < 1990,
            "dsa" => one.Department.Key is "icu" or "emergency",
            _ => one.Department.Key is not ("theatre" or "dialysis"),
        };
    }

    private Planned Make(HospitalDevice device, PlanRow kind, Stay stay, TimeSpan start, TimeSpan length, bool tls, Dice dice)
    {
        (int least, int most) = kind.Range("images");
        // An emergency is examined first and ordered afterwards; its UID is then the device's own.
        bool isUnscheduled = device.Key == "us3" && dice.Chance(50);
        TimeSpan slot = TimeSpan.FromMinutes(5 * Math.Floor((start + TimeSpan.FromMinutes(5)).TotalMinutes / 5));
        Exam exam = new()
        {
            Accession = "A" + draft.Number("accession"),
            StudyUid = isUnscheduled && device.UidRoot is { } root ? OwnUid(root, start, dice) : RandomUid(dice),
            Patient = stay.Visit.Patient,
            Modality = kind["modality"],
            Description = stay.Visit.Patient.Charset == "ascii" ? kind["description"] : kind["chinese"],
            Images = dice.Between(least, most),
            Scheduled = draft.Local(slot),
            Device = device.Key,
        };
        // Some were ordered on an earlier day; nobody waits for long at night.
        TimeSpan ordered = isUnscheduled ? start + length + dice.Minutes(8, 15) : stay.Visit.Class == "O" && dice.Chance(35) ? TimeSpan.FromMinutes(-1) : start - dice.Minutes(12, 22);
        return new Planned(exam, stay, kind["code"], ordered, start, length, dice.Chance(4), tls, isUnscheduled);
    }

    private void Follow(Planned plan)
    {
        (Exam exam, TimeSpan start) = (plan.Exam, plan.Start);
        Dice dice = draft.Dice("exam/" + exam.Accession);
        string order = plan.Ordered < TimeSpan.Zero ? "" : "R" + draft.Number("order");
        Chain chain = new(exam) { Anchor = start };
        if (!plan.IsUnscheduled)
        {
            TimeSpan asked = start - dice.Minutes(4, 6);
            if (order.Length > 0) chain.Add(ImagingMessages.Order(draft, plan.Ordered, plan.Stay, exam, plan.Code, order));
            chain.Add(new Step(asked, [exam.Device, "ris"], () => new WorklistQueried(asked, exam.Device, "ris", ListAt(exam.Device, asked))));
        }
        chain.Add(new ProcedureStepReported(start, exam.Device, "ris", exam, "IN PROGRESS"));
        TimeSpan end = start + plan.Length, stored = end - TimeSpan.FromMinutes(1);
        if (plan.IsDiscontinued) chain.Add(new ProcedureStepReported(end, exam.Device, "ris", exam, "DISCONTINUED"));
        else
        {
            chain.Add(new ImagesStored(stored, exam.Device, "pacs", exam, plan.Tls));
            chain.Add(new ProcedureStepReported(end + TimeSpan.FromMinutes(1), exam.Device, "ris", exam, "COMPLETED"));
            if (plan.IsUnscheduled) chain.Add(ImagingMessages.Order(draft, plan.Ordered, plan.Stay, exam, plan.Code, order));
            TimeSpan reported = stored + (plan.Stay.Visit.Class == "E" ? dice.Minutes(18, 35) : dice.Minutes(25, 110));
            chain.Add(ImagingMessages.Report(draft, reported, plan.Stay, exam, plan.Code, order, $"R{dice.Between(100, 199)}^READER^ONE", Conclusion(exam, dice)));
            // What goes over TLS goes to another archive of the same host, which nobody asks for commitment or images.
            if (!plan.Tls)
            {
                chain.Add(new CommitmentRequested(stored + dice.Minutes(4, 7), exam.Device, "pacs", exam));
                Look(chain, exam, stored, reported, dice);
            }
        }
        draft.Add(chain);
    }

    /// <summary>The reader fetches the study before reporting; some are looked at in a clinic afterwards.</summary>
    private void Look(Chain chain, Exam exam, TimeSpan stored, TimeSpan reported, Dice dice)
    {
        TimeSpan read = stored + dice.Minutes(8, 16), seen = reported + dice.Minutes(5, 40);
        string reader = exam.Modality == "US" && draft.Has("ws2") && draft.Power.IsOn("ws2", read) ? "ws2" : "ws1";
        chain.Add(new StudyRetrieved(read, reader, "pacs", exam, dice.Of([RetrieveWay.Move, RetrieveWay.Move, RetrieveWay.Get])));
        string[] clinics = [.. ((string[])["cws1", "cws2", "ws1"]).Where(key => draft.Has(key) && draft.Power.IsOn(key, seen))];
        if (dice.Chance(35)) chain.Add(new StudyRetrieved(seen, dice.Of(clinics), "pacs", exam, RetrieveWay.Web));
    }

    /// <summary>Studies that patients bring on a disc are stored over DICOMweb and read at once.</summary>
    private void Import()
    {
        Dice dice = draft.Dice("import");
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(2, 5)))
        {
            if (draft.Census.Someone(dice, at, stay => stay.Bed is null) is not { } stay) continue;
            string key = draft.Has("ws2") && draft.Power.IsOn("ws2", at) ? "ws2" : "ws1";
            Exam exam = new()
            {
                Accession = "X" + draft.Number("import"),
                StudyUid = RandomUid(dice),
                Patient = stay.Visit.Patient,
                Modality = dice.Of(["CT", "MR"]),
                Description = "Outside study",
                Images = dice.Between(2, 4),
                Scheduled = draft.Local(at - TimeSpan.FromMinutes(5)),
                Device = key,
            };
            Chain chain = new(exam);
            chain.Add(new ImagesPosted(at, key, "pacs", exam));
            chain.Add(new StudyRetrieved(at + dice.Minutes(6, 15), key, "pacs", exam, RetrieveWay.Web));
            draft.Add(chain);
        }
    }

    /// <summary>What a device's list holds then: ordered and not begun.</summary>
    private IReadOnlyList<Exam> ListAt(string device, TimeSpan at) =>
        [.. exams.Where(one => one.Exam.Device == device && !one.IsUnscheduled && one.Ordered <= at && one.Start > at && draft.IsKept(one.Exam)).OrderBy(one => one.Start).Select(one => one.Exam)];

    /// <summary>A UID below the maker's root: device, day and time.</summary>
    private string OwnUid(string root, TimeSpan start, Dice dice) => string.Create(CultureInfo.InvariantCulture, $"{root}.{dice.Between(1000, 99_999)}.{draft.Date:yyyyMMdd}{(int)start.TotalSeconds:00000}.{dice.Between(1, 9999)}");

    /// <summary>A UID made of a random number. PS3.5, B.2; the first digit keeps it below 2 to the power of 128.</summary>
    private static string RandomUid(Dice dice) => string.Create(CultureInfo.InvariantCulture, $"2.25.{dice.Between(1, 2)}{dice.Between(0, 999_999_999):000000000}{dice.Between(0, 999_999_999):000000000}{dice.Between(0, 999_999_999):000000000}{dice.Between(0, 999_999_999):000000000}");

    private static string Conclusion(Exam exam, Dice dice) => exam.Patient.Charset == "ascii"
        ? dice.Of(["No acute finding.", "Degenerative changes, otherwise normal.", "Small pleural effusion on the left; follow-up advised.", "Unchanged since the earlier study."])
        : dice.Of(["未见明显异常。", "退行性改变，其余未见异常。", "左侧少量胸腔积液，建议复查。", "与前片比较无明显变化。"]);

    private sealed record Planned(Exam Exam, Stay Stay, string Code, TimeSpan Ordered, TimeSpan Start, TimeSpan Length, bool IsDiscontinued, bool Tls, bool IsUnscheduled);
}
