using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>The laboratory: orders, results that analysers upload in small batches, reports, corrections, and its quality control every morning.</summary>
internal sealed class LaboratoryPlanner
{
    private static readonly (string Key, string Code, string Panel)[] Analysers = [("chem", "L10", "Chemistry panel"), ("haem", "L20", "Complete blood count"), ("immu", "L30", "Immunoassay panel"), ("bga", "L40", "Blood gas")];
    private readonly DayDraft draft;

    private LaboratoryPlanner(DayDraft draft) => this.draft = draft;

    /// <summary>Adds the day's laboratory work.</summary>
    public static void Plan(DayDraft draft)
    {
        LaboratoryPlanner planner = new(draft);
        foreach ((string key, string code, string panel) in Analysers.Where(one => draft.Has(one.Key))) planner.Plan(draft.Plan[key], code, panel);
        planner.PointOfCare();
    }

    private void Plan(HospitalDevice analyser, string code, string panel)
    {
        Dice dice = draft.Dice("laboratory/" + analyser.Key);
        QualityControl(analyser, dice);
        int count = draft.Plan.Size == HospitalSize.Small ? draft.Count(24, 0) : draft.Count(0, analyser.Key switch { "chem" => 26, "haem" => 28, "immu" => 12, _ => 14 });
        List<Sample> samples = [];
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Ward, count))
        {
            // Blood gas is measured beside the bed, without an order.
            bool isBedside = analyser.Key == "bga";
            if (draft.Census.Someone(dice, at, stay => !isBedside || stay.Department.Key == "icu") is not { } stay) continue;
            samples.Add(new Sample("S" + draft.Number("sample"), stay, isBedside ? "" : "L" + draft.Number("order"), at, at + (isBedside ? dice.Minutes(3, 6) : dice.Minutes(35, 80)), TestValues.Of(analyser, dice, dice.Chance(12) ? 60 : 15)));
        }
        // An analyser sends what it has finished within a quarter of an hour in one session.
        foreach (IGrouping<int, Sample> batch in samples.Where(sample => sample.Measured < TimeSpan.FromHours(23.5)).GroupBy(sample => (int)(sample.Measured.TotalMinutes / (analyser.Key == "bga" ? 1 : 15)))) Upload(analyser, [.. batch.OrderBy(sample => sample.Measured)], code, panel, dice);
    }

    private void Upload(HospitalDevice analyser, IReadOnlyList<Sample> batch, string code, string panel, Dice dice)
    {
        TimeSpan sent = batch[^1].Measured + TimeSpan.FromMinutes(1);
        foreach (Sample sample in batch.Where(sample => sample.Order.Length > 0))
            draft.Add(LaboratoryMessages.Order(draft, sample.Ordered, sample.Stay, sample.Order, sample.Number, code, panel, isOld: analyser.Key == "haem"));
        Chain chain = new();
        chain.Add(new AnalyserUploaded(sent, analyser.Key, "lis", [.. batch.Select(sample => Result(sample.Number, sample.Stay, sample.Results))]));
        foreach (Sample sample in batch)
        {
            chain.Add(LaboratoryMessages.Results(draft, sent + dice.Minutes(3, 12), "lis", "2.5.1", sample.Stay, sample.Order, sample.Number, $"{code}^{panel}^L", sample.Results));
            if (!dice.Chance(5)) continue;
            // Measured again: one value was wrong.
            TestResult[] again = [.. sample.Results];
            int wrong = dice.Between(0, again.Length - 1);
            again[wrong] = TestValues.Again(analyser, again[wrong], dice);
            TimeSpan corrected = sent + dice.Minutes(35, 70);
            chain.Add(new AnalyserUploaded(corrected, analyser.Key, "lis", [Result(sample.Number, sample.Stay, again, isCorrection: true)]));
            chain.Add(LaboratoryMessages.Results(draft, corrected + dice.Minutes(3, 8), "lis", "2.5.1", sample.Stay, sample.Order, sample.Number, $"{code}^{panel}^L", again, isCorrection: true));
        }
        draft.Add(chain);
    }

    /// <summary>Two levels every morning, three on the first working day of the month.</summary>
    private void QualityControl(HospitalDevice analyser, Dice dice)
    {
        int levels = MaintenancePlanner.IsQualityDay(draft.Date) ? 3 : 2;
        for (int level = 1; level <= levels; level++)
        {
            SampleResult control = new(string.Create(CultureInfo.InvariantCulture, $"QC{level}-{draft.Date:yyMM}"), null, [.. TestValues.Of(analyser, dice, 0).Select(result => result.Measured)]);
            draft.Add(new AnalyserUploaded(TimeSpan.FromMinutes(395 + (level * 9) + dice.Between(0, 5)), analyser.Key, "lis", [control]));
        }
    }

    private void PointOfCare()
    {
        if (!draft.Has("poct")) return;
        Dice dice = draft.Dice("point of care");
        HospitalDevice device = draft.Plan["poct"];
        draft.Add(new PointOfCareUploaded(draft.Power.Of("poct")[0].On + dice.Minutes(6, 14), "poct", "lis", [new SampleResult("QC" + draft.Number("poct"), null, [.. TestValues.Of(device, dice, 0).Select(result => result.Measured)])]));
        foreach (TimeSpan at in Rhythm.Picks(dice, Rhythm.Clinic, draft.Count(8, 12)))
        {
            Stay[] those = [.. Enumerable.Range(0, dice.Between(1, 2)).Select(_ => draft.Census.Someone(dice, at, stay => stay.Bed is null)).OfType<Stay>().DistinctBy(stay => stay.Visit.Patient.Id)];
            if (those.Length > 0) draft.Add(new PointOfCareUploaded(at, "poct", "lis", [.. those.Select(stay => Result("P" + draft.Number("poct"), stay, TestValues.Of(device, dice, 30)))]));
        }
    }

    private static SampleResult Result(string number, Stay stay, IReadOnlyList<TestResult> results, bool isCorrection = false) => new(number, stay.Visit.Patient, [.. results.Select(result => result.Measured)], isCorrection);

    private sealed record Sample(string Number, Stay Stay, string Order, TimeSpan Ordered, TimeSpan Measured, IReadOnlyList<TestResult> Results);
}
