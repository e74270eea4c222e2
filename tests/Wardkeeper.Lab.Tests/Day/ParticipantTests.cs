using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Day.Planning;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Day;

/// <summary>Whether everybody who takes part in an event exists and can do it: one rule for each kind of event.</summary>
public sealed class ParticipantTests
{
    private static readonly Dictionary<Type, Func<LabEvent, DayPlan, IEnumerable<string>>> Rules = new()
    {
        [typeof(WorklistQueried)] = Rule<WorklistQueried>((what, day) => [.. Offers(day, what.Ris, "worklist"), .. Dicom(day, what.Actor, what.Ris), .. what.Exams.SelectMany(exam => Exam(day, exam)), .. what.Exams.Where(exam => exam.Device != what.Actor).Select(exam => $"list of {exam.Device}")]),
        [typeof(ProcedureStepReported)] = Rule<ProcedureStepReported>((what, day) => [.. Offers(day, what.Ris, "mpps"), .. Dicom(day, what.Actor, what.Ris), .. Exam(day, what.Exam), .. Maker(what.Exam, what.Actor)]),
        [typeof(ImagesStored)] = Rule<ImagesStored>((what, day) => [.. Offers(day, what.Archive, what.Tls ? "dicom-tls" : "dicom"), .. Dicom(day, what.Actor, what.Archive), .. Exam(day, what.Exam), .. Maker(what.Exam, what.Actor)]),
        [typeof(CommitmentRequested)] = Rule<CommitmentRequested>((what, day) => [.. Offers(day, what.Archive, "dicom"), .. Dicom(day, what.Actor, what.Archive), .. Exam(day, what.Exam), .. Maker(what.Exam, what.Actor)]),
        [typeof(StudyRetrieved)] = Rule<StudyRetrieved>((what, day) => [.. Offers(day, what.Archive, "dicom"), .. what.Way == RetrieveWay.Web ? [] : Dicom(day, what.Actor, what.Archive), .. Exam(day, what.Exam)]),
        [typeof(ImagesPosted)] = Rule<ImagesPosted>((what, day) => [.. Offers(day, what.Archive, "dicom"), .. Exam(day, what.Exam)]),
        [typeof(EchoSent)] = Rule<EchoSent>((what, day) => [.. Offers(day, what.Peer, "dicom"), .. Dicom(day, what.Actor, what.Peer)]),
        [typeof(MessageSent)] = Rule<MessageSent>((what, day) => [.. Offers(day, what.Receiver, "mllp"), .. Is(day.Hospital[what.Actor].HlApplication is not null, $"{what.Actor} has no HL7 application"), .. Is(what.Port == 2575, "port"), .. Patient(day, what.Patient)]),
        [typeof(AnalyserUploaded)] = Rule<AnalyserUploaded>((what, day) => [.. Offers(day, what.Receiver, "astm"), .. Speaks(day, what.Actor, "astm"), .. what.Samples.SelectMany(sample => Patient(day, sample.Patient?.Id))]),
        [typeof(PointOfCareUploaded)] = Rule<PointOfCareUploaded>((what, day) => [.. Offers(day, what.Receiver, "poct1a"), .. Speaks(day, what.Actor, "poct1a"), .. what.Samples.SelectMany(sample => Patient(day, sample.Patient?.Id))]),
        [typeof(MonitorPolled)] = Rule<MonitorPolled>((what, day) => [.. Offers(day, what.Monitor, "data-export"), .. Speaks(day, what.Actor, "data-export"), .. Speaks(day, what.Monitor, "data-export"), .. Patient(day, what.Patient.Id)]),
        [typeof(ProviderRead)] = Rule<ProviderRead>((what, day) => [.. Offers(day, what.Provider, "sdc"), .. Speaks(day, what.Actor, "sdc"), .. Speaks(day, what.Provider, "sdc"), .. Patient(day, what.Patient.Id)]),
        [typeof(TagsReported)] = Rule<TagsReported>((what, day) => [.. Offers(day, what.Reader, "llrp"), .. Is(what.Tags.Count > 0 && what.Tags.All(tag => tag.Length == 24 && tag.All(char.IsAsciiHexDigitUpper)), "tags")]),
        [typeof(SerialRead)] = Rule<SerialRead>((what, day) => [.. Offers(day, what.SerialServer, "rfc2217"), .. Is(what.Lines.Count > 0, "lines")]),
        [typeof(TopicPublished)] = Rule<TopicPublished>((what, day) => [.. Offers(day, what.Broker, "mqtt"), .. Speaks(day, what.Actor, "mqtt-client")]),
        [typeof(PageVisited)] = Rule<PageVisited>((what, day) => [.. Offers(day, what.Server, what.Tls ? "https" : "http"), .. Is(what.Port == (what.Tls ? 443 : 80), "port"), .. Is(what.Path.StartsWith('/'), "path")]),
        [typeof(ShellOpened)] = Rule<ShellOpened>((what, day) => Offers(day, what.Server, what.Protocol)),
        [typeof(FileCopied)] = Rule<FileCopied>((what, day) => [.. Offers(day, what.Server, what.Protocol), .. Is(what.Size is > 0 and < 200_000, "size")]),
        [typeof(DatabaseAsked)] = Rule<DatabaseAsked>((what, day) => Offers(day, what.Server, what.Kind)),
        [typeof(AgentPolled)] = Rule<AgentPolled>((what, day) => Offers(day, what.Agent, "snmp")),
        [typeof(ClockAsked)] = Rule<ClockAsked>((what, day) => Offers(day, what.Server, "ntp")),
        [typeof(NameAsked)] = Rule<NameAsked>((what, day) => [.. Offers(day, what.Server, "dns"), .. Is(day.Hospital.Devices.Any(device => what.Name == device.HostName + ".hospital.test"), what.Name)]),
        [typeof(AddressAsked)] = Rule<AddressAsked>((what, day) => [.. Offers(day, what.Server, "dhcp"), .. Is(day.Hospital[what.Actor].Dhcp is not null, $"{what.Actor} has a fixed address")]),
        [typeof(StreamWatched)] = Rule<StreamWatched>((what, day) => Offers(day, what.Camera, "rtsp")),
        [typeof(ScreenWatched)] = Rule<ScreenWatched>((what, day) => Offers(day, what.Server, "vnc")),
        [typeof(PagePrinted)] = Rule<PagePrinted>((what, day) => Offers(day, what.Printer, "jetdirect")),
        [typeof(VendorConnected)] = Rule<VendorConnected>((what, day) => [.. Offers(day, what.Gateway, "openvpn"), .. Offers(day, what.Device, "ssh"), .. Is(day.Hospital[what.Actor].Department.Key == "outside", "not outside")]),
    };

    [Fact]
    public void Every_kind_of_event_has_a_rule() => Assert.Equal(DayPlanTests.Kinds.Select(kind => kind.Name).Order(), Rules.Keys.Select(kind => kind.Name).Order());

    [Fact]
    public void Everybody_exists_and_offers_what_is_asked()
    {
        // Many hospitals: a model that only few seeds choose must fit too.
        IEnumerable<DayPlan> others = Enumerable.Range(100, 60).Select(seed => PlannedDays.Of(seed, seed % 2 == 0 ? HospitalSize.Full : HospitalSize.Small, PlannedDays.Dates[seed % PlannedDays.Dates.Count]));
        foreach (DayPlan day in PlannedDays.Some.Concat(others))
        {
            foreach (LabEvent what in day.Events)
            {
                string[] wrong =
                [
                    .. Is(day.Hospital.Find(what.Actor) is not null, $"{what.Actor} is no device"),
                    .. what.Facts.SelectMany(fact => new[] { fact.From, fact.To }).Where(key => key != "multicast" && day.Hospital.Find(key) is null).Select(key => $"{key} is no device"),
                    .. what.Facts.Where(fact => fact.From == fact.To).Select(fact => $"{fact.From} talks to itself"),
                    .. Rules[what.GetType()](what, day),
                ];
                Assert.True(wrong.Length == 0, $"{PlannedDays.Name(day)}: {what.GetType().Name} at {what.At} by {what.Actor}: {string.Join("; ", wrong)}");
            }
        }
    }

    private static Func<LabEvent, DayPlan, IEnumerable<string>> Rule<TEvent>(Func<TEvent, DayPlan, IEnumerable<string>> rule)
        where TEvent : LabEvent => (what, day) => rule((TEvent)what, day);

    private static IEnumerable<string> Is(bool isRight, string wrong) => isRight ? [] : [wrong];

    private static IEnumerable<string> Offers(DayPlan day, string key, string word) => Is(day.Hospital.Find(key)?.Offers.Contains(word) == true, $"{key} does not offer {word}");

    private static IEnumerable<string> Speaks(DayPlan day, string key, string word) => Is(day.Hospital.Find(key)?.Speaks.Contains(word) == true, $"{key} does not speak {word}");

    private static IEnumerable<string> Dicom(DayPlan day, params string[] keys) => keys.Where(key => day.Hospital.Find(key)?.AeTitle is null).Select(key => $"{key} has no AE title");

    private static IEnumerable<string> Patient(DayPlan day, string? id) => Is(id is null || day.Hospital.Patients.Any(patient => patient.Id == id), $"{id} is no patient");

    private static IEnumerable<string> Maker(Exam exam, string actor) => Is(exam.Device == actor, $"{exam.Device} makes it");

    private static IEnumerable<string> Exam(DayPlan day, Exam exam) =>
    [
        .. Phantom.Is(exam.Patient.Id) ? [] : Patient(day, exam.Patient.Id), .. Is(DateOnly.FromDateTime(exam.Scheduled) == day.Date, $"scheduled for {exam.Scheduled}"), .. Dicom(day, exam.Device),
        .. Is(exam.Accession.Length <= 14, "accession number too long"), .. Is(exam.Images is >= 1 and <= 6, "number of images"), .. Is(exam.Side == 64, "side"),
        .. Is((exam.StudyUid + ".1.1").Length <= 64 && exam.StudyUid.Split('.').All(arc => arc.Length > 0 && arc.All(char.IsAsciiDigit) && (arc == "0" || arc[0] != '0')), exam.StudyUid),
    ];
}
