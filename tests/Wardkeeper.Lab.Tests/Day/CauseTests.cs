using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Day;

/// <summary>Causes come before effects, far enough that they still do when the day is played 240 times faster.</summary>
public sealed class CauseTests
{
    private static readonly (TimeSpan From, TimeSpan Length)[] Parts = [(TimeSpan.Zero, TimeSpan.FromHours(24)), (TimeSpan.FromHours(9.5), TimeSpan.FromHours(4)), (TimeSpan.FromHours(22), TimeSpan.FromHours(2))];

    private static IEnumerable<DayPlan> Days => PlannedDays.Seeds.SelectMany(seed => Enum.GetValues<HospitalSize>().SelectMany(size => Parts.SelectMany(part => PlannedDays.Dates.Where(date => date.Day % 4 == 0)
        .Select(date => DayPlan.FromSeed(HospitalPlan.FromSeed(seed, size), date, part.From, part.Length)))));

    [Fact]
    public void Events_are_in_order() => Assert.All(Days, day => Assert.Equal(day.Events.Select(what => what.At).Order(), day.Events.Select(what => what.At)));

    [Fact]
    public void An_examination_goes_from_order_to_report()
    {
        int followed = 0;
        foreach (DayPlan day in Days)
        {
            foreach (ProcedureStepReported begin in day.Events.OfType<ProcedureStepReported>().Where(what => what.Status == "IN PROGRESS"))
            {
                Exam exam = begin.Exam;
                TimeSpan? stored = day.Events.OfType<ImagesStored>().SingleOrDefault(what => what.Exam == exam)?.At, end = day.Events.OfType<ProcedureStepReported>().SingleOrDefault(what => what.Exam == exam && what.Status != "IN PROGRESS")?.At;
                TimeSpan? ordered = Message(day, "ORM^O01", exam.Accession), asked = day.Events.OfType<WorklistQueried>().Where(what => what.Exams.Contains(exam)).Select(what => (TimeSpan?)what.At).Max();
                if (asked is not null) Assert.InRange(begin.At - asked.Value, TimeSpan.FromMinutes(3), TimeSpan.FromHours(24));
                if (asked is not null && ordered is not null) Assert.InRange(asked.Value - ordered.Value, TimeSpan.FromMinutes(3), TimeSpan.FromHours(24));
                if (stored is not null)
                {
                    Assert.InRange(stored.Value - begin.At, TimeSpan.FromMinutes(1), TimeSpan.FromHours(2));
                    if (end is not null) Assert.InRange(end.Value - stored.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
                    if (Message(day, "ORU^R01", exam.StudyUid) is { } reported) Assert.InRange(reported - stored.Value, TimeSpan.FromMinutes(10), TimeSpan.FromHours(4));
                    followed++;
                }
            }
        }
        Assert.True(followed > 500);
    }

    [Fact]
    public void Nothing_is_committed_or_retrieved_before_it_is_stored()
    {
        foreach (DayPlan day in Days)
        {
            // Only what lies in the archive itself: what goes over TLS goes elsewhere.
            Dictionary<string, TimeSpan> stored = day.Events.Select(what => what switch { ImagesStored { Tls: false } images => (images.Exam.StudyUid, what.At), ImagesPosted posted => (posted.Exam.StudyUid, what.At), _ => ("", what.At) })
                .Where(one => one.Item1.Length > 0).ToDictionary(one => one.Item1, one => one.At);
            Assert.All(day.Events.OfType<CommitmentRequested>(), what => Assert.InRange(what.At - stored[what.Exam.StudyUid], TimeSpan.FromMinutes(3), TimeSpan.FromHours(1)));
            Assert.All(day.Events.OfType<StudyRetrieved>(), what => Assert.InRange(what.At - stored[what.Exam.StudyUid], TimeSpan.FromMinutes(5), TimeSpan.FromHours(24)));
            HashSet<string> begun = [];
            foreach (ProcedureStepReported step in day.Events.OfType<ProcedureStepReported>()) Assert.Equal(step.Status == "IN PROGRESS", begun.Add(step.Exam.StudyUid));
        }
    }

    [Fact]
    public void A_modality_makes_one_examination_at_a_time_and_a_patient_has_one_at_a_time()
    {
        foreach (DayPlan day in Days)
        {
            foreach (Func<Exam, string> by in (Func<Exam, string>[])[exam => exam.Device, exam => exam.Patient.Id])
            {
                foreach (IGrouping<string, ProcedureStepReported> steps in day.Events.OfType<ProcedureStepReported>().GroupBy(what => by(what.Exam)))
                {
                    Exam? running = null;
                    foreach (ProcedureStepReported step in steps)
                    {
                        Assert.True(step.Status == "IN PROGRESS" ? running is null : running == step.Exam, $"{PlannedDays.Name(day)}: {steps.Key} at {step.At}");
                        running = step.Status == "IN PROGRESS" ? step.Exam : null;
                    }
                }
            }
        }
    }

    [Fact]
    public void A_result_comes_after_its_sample_and_a_correction_after_the_result()
    {
        foreach (DayPlan day in Days)
        {
            ILookup<string, (TimeSpan At, SampleResult Sample)> uploads = day.Events.OfType<AnalyserUploaded>().SelectMany(what => what.Samples.Where(sample => sample.Patient is not null).Select(sample => (what.At, sample))).ToLookup(one => one.sample.Sample);
            foreach (IGrouping<string, (TimeSpan At, SampleResult Sample)> sample in uploads)
            {
                Assert.Equal([.. Enumerable.Repeat(true, sample.Count() - 1).Prepend(false)], sample.Select(one => one.Sample.IsCorrection));
                TimeSpan? ordered = Message(day, "OML^O21", $"|{sample.Key}^LIS|") ?? Message(day, "ORM^O01", $"|{sample.Key}^LIS|");
                if (ordered is not null) Assert.InRange(sample.First().At - ordered.Value, TimeSpan.FromMinutes(20), TimeSpan.FromHours(3));
                foreach ((TimeSpan at, SampleResult result) in sample)
                {
                    MessageSent? report = day.Events.OfType<MessageSent>().FirstOrDefault(what => what.Actor == "lis" && what.At > at && what.Text.Contains($"|{sample.Key}^LIS|", StringComparison.Ordinal));
                    if (report is null) continue;
                    Assert.InRange(report.At - at, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(30));
                    Assert.All(result.Results, one => Assert.Contains($"|{one.Value}|", report.Text, StringComparison.Ordinal));
                }
            }
        }
    }

    [Fact]
    public void A_device_takes_part_only_after_it_asked_for_its_address()
    {
        foreach (DayPlan day in Days)
        {
            HashSet<string> dynamic = [.. day.Hospital.Devices.Where(device => device.Dhcp is not null).Select(device => device.Key)], asked = [];
            foreach (LabEvent what in day.Events)
            {
                if (what is AddressAsked) asked.Add(what.Actor);
                else Assert.All(what.Facts.SelectMany(fact => new[] { fact.From, fact.To }).Where(dynamic.Contains), key => Assert.True(asked.Contains(key), $"{PlannedDays.Name(day)}: {key} takes part in {what.GetType().Name} at {what.At}"));
            }
        }
    }

    [Fact]
    public void A_file_is_taken_only_after_it_was_put()
    {
        foreach (DayPlan day in Days)
        {
            Dictionary<(string, string), TimeSpan> put = [];
            foreach (FileCopied file in day.Events.OfType<FileCopied>())
            {
                if (file.Put) Assert.True(put.TryAdd((file.Server, file.Name), file.At), file.Name);
                else Assert.InRange(file.At - put[(file.Server, file.Name)], TimeSpan.FromMinutes(5), TimeSpan.FromHours(2));
            }
        }
    }

    [Fact]
    public void A_pump_starts_before_it_reports_and_stops_at_the_end()
    {
        foreach (DayPlan day in Days)
        {
            foreach (IGrouping<string, MessageSent> pump in day.Events.OfType<MessageSent>().Where(what => day.Hospital[what.Actor].Type is "infusion-pump" or "syringe-pump").GroupBy(what => what.Actor))
            {
                bool runs = false;
                foreach (MessageSent what in pump)
                {
                    if (what.Text.Contains("MDC_EVT_PUMP_DELIV_START", StringComparison.Ordinal))
                    {
                        Assert.False(runs, $"{PlannedDays.Name(day)}: {pump.Key} starts twice at {what.At}");
                        runs = true;
                    }
                    else
                    {
                        Assert.True(runs, $"{PlannedDays.Name(day)}: {pump.Key} says {what.Type} at {what.At} before it starts");
                        if (what.Text.Contains("MDC_EVT_PUMP_DELIV_", StringComparison.Ordinal)) runs = false;
                    }
                }
            }
        }
    }

    private static TimeSpan? Message(DayPlan day, string type, string holding) => day.Events.OfType<MessageSent>().FirstOrDefault(what => what.Type == type && what.Text.Contains(holding, StringComparison.Ordinal))?.At;
}
