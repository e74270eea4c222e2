using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Day.Planning;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Day;

public sealed class DayPlanTests
{
    private static readonly DateOnly Monday = new(2026, 12, 7), Tuesday = new(2026, 12, 8), Sunday = new(2026, 12, 6);

    public static IReadOnlyList<Type> Kinds { get; } = [.. typeof(LabEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LabEvent)) && !type.IsAbstract)];

    [Theory]
    [InlineData(HospitalSize.Small)]
    [InlineData(HospitalSize.Full)]
    public void The_same_seed_gives_the_same_day(HospitalSize size)
    {
        string[] Day() => [.. DayPlan.FromSeed(HospitalPlan.FromSeed(7, size), Monday, TimeSpan.Zero, TimeSpan.FromHours(24)).Events.Select(PlannedDays.Line)];
        Assert.Equal(Day(), Day());
    }

    [Fact]
    public void Another_seed_and_another_date_give_another_day()
    {
        HashSet<string> one = Lines(7, Monday), seed = Lines(8, Monday), date = Lines(7, Tuesday);
        Assert.True(one.Intersect(seed).Count() < one.Count / 50);
        Assert.True(one.Intersect(date).Count() < one.Count / 50);

        static HashSet<string> Lines(int seed, DateOnly date) => [.. PlannedDays.Of(seed, HospitalSize.Full, date).Events.Select(PlannedDays.Line)];
    }

    [Fact]
    public void Every_kind_of_event_happens_on_some_day_of_a_full_hospital()
    {
        Assert.NotEmpty(Kinds);
        Assert.Contains(PlannedDays.Dates, date => Kinds.All(kind => PlannedDays.Of(7, HospitalSize.Full, date).Events.Any(what => what.GetType() == kind)));
        HashSet<Type> seen = [.. PlannedDays.Dates.SelectMany(date => PlannedDays.Of(1, HospitalSize.Full, date).Events).Select(what => what.GetType())];
        Assert.All(Kinds, kind => Assert.Contains(kind, seen));
    }

    [Fact]
    public void All_variants_of_events_happen()
    {
        LabEvent[] all = [.. PlannedDays.Dates.SelectMany(date => PlannedDays.Of(7, HospitalSize.Full, date).Events)];
        Assert.Equal(3, all.OfType<StudyRetrieved>().Select(what => what.Way).Distinct().Count());
        Assert.Equal(2, all.OfType<ImagesStored>().Select(what => what.Tls).Distinct().Count());
        Assert.Equal(["COMPLETED", "DISCONTINUED", "IN PROGRESS"], all.OfType<ProcedureStepReported>().Select(what => what.Status).Distinct().Order());
        Assert.Equal(["CT", "DX", "MG", "MR", "US", "XA"], all.OfType<ImagesStored>().Select(what => what.Exam.Modality).Distinct().Order());
        Assert.Equal(["ssh", "telnet"], all.OfType<ShellOpened>().Select(what => what.Protocol).Distinct().Order());
        Assert.Equal(["ftp get", "ftp put", "smb get", "smb put"], all.OfType<FileCopied>().Select(what => what.Protocol + (what.Put ? " put" : " get")).Distinct().Order());
        Assert.Equal(["mysql", "postgresql", "redis"], all.OfType<DatabaseAsked>().Select(what => what.Kind).Distinct().Order());
        Assert.Equal(2, all.OfType<PageVisited>().Select(what => what.Tls).Distinct().Count());
        Assert.Equal(["ascii", "gb18030", "utf-8"], all.OfType<MessageSent>().Select(what => what.Charset).Distinct().Order());
        Assert.Superset((HashSet<string>)["ADT^A01", "ADT^A02", "ADT^A03", "ADT^A04", "ADT^A08", "ORM^O01", "OML^O21", "ORU^R01", "ORU^R40", "ORU^R42", "RDE^O11"], all.OfType<MessageSent>().Select(what => what.Type).ToHashSet());
        Assert.Equal(["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6"], all.OfType<MessageSent>().Select(what => what.Text.Split('\r')[0].Split('|')[11]).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(all.OfType<AnalyserUploaded>().SelectMany(what => what.Samples), sample => sample.IsCorrection);
        Assert.Contains(all.OfType<AnalyserUploaded>().SelectMany(what => what.Samples), sample => sample.Patient is null);
    }

    [Fact]
    public void Volume_is_what_a_recording_can_hold()
    {
        foreach (int seed in PlannedDays.Seeds)
        {
            foreach (DateOnly date in PlannedDays.Dates.Where(date => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)))
            {
                IReadOnlyList<LabEvent> small = PlannedDays.Of(seed, HospitalSize.Small, date).Events, full = PlannedDays.Of(seed, HospitalSize.Full, date).Events;
                Assert.InRange(small.Count, 600, 850);
                Assert.InRange(full.Count, 2000, 3500);
                // What our own emitters do costs little; everything else may start a program.
                Assert.InRange(full.Count(what => what is not (MessageSent or MonitorPolled or ProviderRead or AnalyserUploaded or PointOfCareUploaded or TagsReported or SerialRead)), 500, 2200);
            }
        }
    }

    [Fact]
    public void Images_of_a_small_hospitals_day_stay_below_ten_megabytes()
    {
        foreach (DayPlan plan in PlannedDays.Some.Where(plan => plan.Hospital.Size == HospitalSize.Small))
        {
            // Two bytes a pixel and 2 kB of attributes; every image is seen on two virtual LANs.
            static long Bytes(Exam exam) => exam.Images * ((2L * exam.Side * exam.Side) + 2_000);
            long sum = plan.Events.Sum(what => what switch { ImagesStored stored => Bytes(stored.Exam), StudyRetrieved retrieved => Bytes(retrieved.Exam), ImagesPosted posted => Bytes(posted.Exam), _ => 0 });
            Assert.InRange(2 * sum, 100_000, 8_000_000);
        }
        Assert.All(PlannedDays.Some.SelectMany(plan => plan.Events).OfType<ImagesStored>(), what => Assert.InRange(what.Exam.Images, 1, 6));
    }

    [Fact]
    public void Nights_are_quiet_and_ten_o_clock_is_dense()
    {
        foreach (int seed in PlannedDays.Seeds)
        {
            Dictionary<int, int> hours = PlannedDays.Of(seed, HospitalSize.Full, Monday).Events.CountBy(what => what.At.Hours).ToDictionary();
            int dense = hours[10];
            Assert.Contains(10, hours.OrderByDescending(pair => pair.Value).Take(3).Select(pair => pair.Key));
            Assert.All(Enumerable.Range(1, 4), hour => Assert.InRange(hours[hour], 10, dense / 3));
            Assert.True(PlannedDays.Of(seed, HospitalSize.Full, Sunday).Events.Count < PlannedDays.Of(seed, HospitalSize.Full, Monday).Events.Count * 4 / 5);
        }
    }

    [Fact]
    public void A_part_of_the_day_is_cut_out_of_the_whole()
    {
        foreach (HospitalSize size in Enum.GetValues<HospitalSize>())
        {
            (TimeSpan from, TimeSpan length) = (TimeSpan.FromHours(9), TimeSpan.FromHours(3));
            DayPlan whole = PlannedDays.Of(7, size, Monday), part = DayPlan.FromSeed(whole.Hospital, Monday, from, length);
            HashSet<string> lines = [.. whole.Events.Select(PlannedDays.Line)];
            Assert.True(part.Events.Count > whole.Events.Count / 10);
            Assert.All(part.Events, what => Assert.InRange(what.At, from, from + length - TimeSpan.FromTicks(1)));
            // Devices that are on already ask at the beginning of the recording, and lists hold only what the recording holds.
            Assert.All(part.Events.Where(what => what is not (AddressAsked or WorklistQueried)), what => Assert.Contains(PlannedDays.Line(what), lines));
            HashSet<string> accessions = [.. part.Events.OfType<ProcedureStepReported>().Select(what => what.Exam.Accession)];
            Assert.All(part.Events.OfType<WorklistQueried>().SelectMany(what => what.Exams), exam => Assert.Contains(exam.Accession, accessions));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => DayPlan.FromSeed(HospitalPlan.FromSeed(7, HospitalSize.Small), Monday, TimeSpan.FromHours(23), TimeSpan.FromHours(2)));
    }

    [Fact]
    public void Every_modality_sends_images_of_its_phantom_once_a_month_while_it_examines_nobody()
    {
        foreach (int seed in PlannedDays.Seeds)
        {
            DayPlan first = PlannedDays.Of(seed, HospitalSize.Full, new DateOnly(2026, 12, 1));
            ImagesStored[] phantoms = [.. first.Events.OfType<ImagesStored>().Where(what => Phantom.Is(what.Exam.Patient.Id))];
            HashSet<string> types = [.. PlanTable.Read("exams").Select(row => row["type"])];
            Assert.Equal(first.Hospital.Devices.Where(device => types.Contains(device.Type)).Select(device => device.Key).Order(StringComparer.Ordinal), phantoms.Select(what => what.Actor).Order(StringComparer.Ordinal));
            foreach (ImagesStored phantom in phantoms)
            {
                ProcedureStepReported? before = first.Events.OfType<ProcedureStepReported>().LastOrDefault(step => step.Actor == phantom.Actor && step.At <= phantom.At);
                Assert.NotEqual("IN PROGRESS", before?.Status);
            }
            Assert.DoesNotContain(PlannedDays.Dates.Skip(1), date => PlannedDays.Of(seed, HospitalSize.Full, date).Events.OfType<ImagesStored>().Any(what => Phantom.Is(what.Exam.Patient.Id)));
        }
    }

    [Fact]
    public void Some_patients_have_several_visits()
    {
        foreach (int seed in PlannedDays.Seeds)
        {
            IEnumerable<(string Patient, string Visit)> visits = PlannedDays.Of(seed, HospitalSize.Full, Monday).Events.OfType<MessageSent>()
                .SelectMany(what => what.Text.Split('\r').Where(segment => segment.StartsWith("PV1|", StringComparison.Ordinal)).Select(segment => (what.Patient!, segment.Split('|')[19]))).Distinct();
            Assert.Contains(visits.CountBy(visit => visit.Patient), pair => pair.Value > 1);
        }
    }
}
