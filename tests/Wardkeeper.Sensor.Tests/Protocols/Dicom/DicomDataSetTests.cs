using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Tests.Formats.Dicom;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

/// <summary>What data sets of messages tell.</summary>
public sealed class DicomDataSetTests
{
    private const string Printer = "1.2.840.10008.5.1.1.16", PrinterInstance = "1.2.840.10008.5.1.1.17";

    private static readonly Node[] Image =
    [
        Node.Text(DicomTag.SpecificCharacterSet, "CS", "GB18030"), Node.Text(DicomTag.AccessionNumber, "SH", "A-HL0007-1"), Node.Text(DicomTag.Modality, "CS", "CT"),
        Node.Text(DicomTag.Manufacturer, "LO", "ACME"), Node.Text(DicomTag.Institution, "LO", "Hospital"), Node.Text(DicomTag.StationName, "SH", "CT-ROOM-3"),
        Node.Text(DicomTag.Department, "LO", "Radiology"), Node.Text(DicomTag.Model, "LO", "Scanner 9"), Node.Text(DicomTag.PatientName, "PN", "ZHANG^SAN"), Node.Text(DicomTag.PatientId, "LO", "HL0007"),
        Node.Text(DicomTag.SerialNumber, "LO", "SN-12"), Node.Text(DicomTag.SoftwareVersions, "LO", "V1\\V2"), Node.Text(DicomTag.StudyInstance, "UI", "1.2.3.4"), Node.Text(DicomTag.SeriesInstance, "UI", "1.2.3.4.5"),
        new Node(DicomTag.PixelData, "OW", Pattern(3000)),
    ];

    private static readonly Said[] Images =
    [
        Said.Client(Request("PACS01", "CT01", (1, CtStorage))), Said.Server(Accept("PACS01", "CT01", 1)),
        Said.Client(Message(1, StoreCommand(1, "1.2.3.100.1"), Implicit(Image), 700)), Said.Server(Message(1, Reply(1, CtStorage, 1, 0))),
        Said.Client(Message(1, StoreCommand(2, "1.2.3.100.2"), Implicit(Image))), Said.Server(Message(1, Reply(1, CtStorage, 2, 0))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    private static readonly Said[] Query =
    [
        Said.Client(Request("RIS01", "CT01", (1, Worklist))), Said.Server(Accept("RIS01", "CT01", 1)),
        Said.Client(Message(1, Command(0x0020, (0x0002, Worklist), (0x0110, 1), (0x0700, 2), (0x0800, 1)), Implicit(
            Node.Text(DicomTag.AccessionNumber, "SH", ""), Node.Text(DicomTag.PatientName, "PN", "*"), Node.Text(DicomTag.PatientId, "LO", ""),
            Node.Sequence(DicomTag.ScheduledStepSequence, [Node.Text(DicomTag.Modality, "CS", "CT"), Node.Text(DicomTag.ScheduledStationAe, "AE", "CT01"), Node.Text(DicomTag.ScheduledStartDate, "DA", "20260102")])))),
        Said.Server([.. Message(1, Reply(0x20, Worklist, 1, 0xFF00, true), Implicit(Node.Text(DicomTag.PatientId, "LO", "HL1"))), .. Message(1, Reply(0x20, Worklist, 1, 0xFF00, true), Implicit(Node.Text(DicomTag.PatientId, "LO", "HL2"))), .. Message(1, Reply(0x20, Worklist, 1, 0xFF00, true), Implicit(Node.Text(DicomTag.PatientId, "LO", "HL1")))]),
        Said.Server(Message(1, Reply(0x20, Worklist, 1, 0))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    private static readonly Said[] Step =
    [
        Said.Client(Request("RIS01", "CT01", (1, Mpps))), Said.Server(Accept("RIS01", "CT01", 1)),
        Said.Client(Message(1, Command(0x0140, (0x0002, Mpps), (0x0110, 1), (0x0800, 1), (0x1000, "1.2.3.7")), Implicit(
            Node.Text(DicomTag.Modality, "CS", "CT"), Node.Text(DicomTag.PatientId, "LO", "HL0007"), Node.Text(DicomTag.PerformedStationAe, "AE", "CT01"), Node.Text(DicomTag.PerformedStationName, "SH", "CT-ROOM-3"),
            Node.Text(DicomTag.StepStartDate, "DA", "20260102"), Node.Text(DicomTag.StepStartTime, "TM", "081500"), Node.Text(DicomTag.StepStatus, "CS", "IN PROGRESS"),
            Node.Sequence(DicomTag.ScheduledAttributesSequence, [Node.Text(DicomTag.AccessionNumber, "SH", "A1"), Node.Text(DicomTag.StudyInstance, "UI", "1.2.3.4")])))),
        Said.Server(Message(1, Reply(0x140, Mpps, 1, 0, false, (0x1000, "1.2.3.7")))),
        Said.Client(Message(1, Command(0x0120, (0x0003, Mpps), (0x0110, 2), (0x0800, 1), (0x1001, "1.2.3.7")), Implicit(
            Node.Text(DicomTag.StepEndDate, "DA", "20260102"), Node.Text(DicomTag.StepEndTime, "TM", "082200"), Node.Text(DicomTag.StepStatus, "CS", "COMPLETED"),
            Node.Sequence(DicomTag.PerformedSeriesSequence, [Node.Text(DicomTag.SeriesInstance, "UI", "1.2")], [Node.Text(DicomTag.SeriesInstance, "UI", "1.3")])))),
        Said.Server(Message(1, Reply(0x120, Mpps, 2, 0))),
        Said.Client(Message(1, Command(0x0120, (0x0003, Mpps), (0x0110, 3), (0x0800, 1), (0x1001, "1.2.3.8")), Implicit(Node.Text(DicomTag.StepStatus, "CS", "DISCONTINUED")))),
        Said.Server(Message(1, Reply(0x120, Mpps, 3, 0x0110))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    /// <summary>A result that comes in an association of its own, opened by the archive.</summary>
    private static readonly Said[] CommitmentResult =
    [
        Said.Client(Request("CT01", "PACS01", (1, Commitment))), Said.Server(Accept("CT01", "PACS01", 1)),
        Said.Client(Message(1, Command(0x0100, (0x0002, Commitment), (0x0110, 1), (0x0800, 1), (0x1000, "1.2.840.10008.1.20.1.1"), (0x1002, 2)), Implicit(
            Node.Text(DicomTag.TransactionUid, "UI", "1.2.3.99"), Node.Sequence(DicomTag.FailedSopSequence, [new Node(DicomTag.FailureReason, "US", [0x12, 0x01])]),
            Node.Sequence(DicomTag.ReferencedSopSequence, [Node.Text(DicomTag.ReferencedSopClass, "UI", CtStorage)], [Node.Text(DicomTag.ReferencedSopClass, "UI", CtStorage)])))),
        Said.Server(Message(1, Reply(0x100, Commitment, 1, 0))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    private static readonly Said[] Print =
    [
        Said.Client(Request("PRINT01", "CT01", (1, Printer))), Said.Server(Accept("PRINT01", "CT01", 1)),
        Said.Client(Message(1, Command(0x0110, (0x0003, Printer), (0x0110, 1), (0x0800, 0x0101), (0x1001, PrinterInstance)))),
        Said.Server(Message(1, Reply(0x110, Printer, 1, 0, true, (0x1000, PrinterInstance)), Implicit(
            Node.Text(DicomTag.Manufacturer, "LO", "Film Works"), Node.Text(DicomTag.Model, "LO", "Dry 5"), Node.Text(DicomTag.SerialNumber, "LO", "P7"),
            Node.Text(DicomTag.PrinterStatus, "CS", "WARNING"), Node.Text(DicomTag.PrinterStatusInfo, "CS", "SUPPLY LOW"), Node.Text(DicomTag.PrinterName, "LO", "Film room")))),
        Said.Client(ReleaseRequest), Said.Server(ReleaseReply),
    ];

    private static readonly string[] All = ["images", "worklist", "examination", "commitment-result", "printer"];

    public static TheoryData<string> Names => [.. All];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_data_sets_say_is_told(string name)
    {
        Conversation conversation = Conversation.Of<DicomAnalyser>(Of(name));
        Assert.Empty(conversation.Faults);
        Golden.Hold("data-set-" + name, conversation.Lines);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Where_data_sets_are_cut_changes_nothing(string name) => Splits.HoldFor<DicomAnalyser>(Of(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Lost_segments_invent_no_facts(string name) => Splits.SurviveGapsFor<DicomAnalyser>(Of(name), static transaction => transaction switch
    {
        DimseExchange exchange => $"{exchange.Command} {exchange.MessageId}",
        Examination examination => $"{examination.State} {examination.SopInstance}",
        AssociationAttempt attempt => $"{attempt.CallingAe} {attempt.CalledAe}",
        _ => "",
    });

    [Fact]
    public void No_patient_is_told_by_identifier_or_name()
    {
        string all = string.Join('\n', All.SelectMany(name => Conversation.Of<DicomAnalyser>(Of(name)).Lines));
        foreach (string patient in (string[])["HL0007", "ZHANG", "HL1", "HL2"]) Assert.DoesNotContain(patient, all, StringComparison.Ordinal);
        Assert.Contains("\"accession_number\":\"A-patient-1-1\"", all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_in_use_from_the_beginning_of_its_examination_to_the_end_that_the_manager_took() =>
        Assert.Equal(
            ["10.0.0.1 examining (0040,0252) procedure step", "10.0.0.1 standby (0040,0252) procedure step"],
            Conversation.Of<DicomAnalyser>(Step).Observe().OfType<Claim>().Where(one => one.Kind == ClaimKind.InUse).Select(one => $"{one.Subject.Ip} {one.Value} {one.Origin}"));

    [Fact]
    public void A_device_is_described_once_by_the_objects_it_sends()
    {
        string[] claims = [.. Conversation.Of<DicomAnalyser>(Images).Observe().OfType<Claim>().Where(one => one.Origin.Contains("object it sent", StringComparison.Ordinal)).Select(one => $"{one.Subject.Ip} {one.Kind} {one.Value} {one.Origin}")];
        Assert.Equal(
            [
                "10.0.0.1 Vendor ACME (0008,0070) object it sent", "10.0.0.1 Model Scanner 9 (0008,1090) object it sent", "10.0.0.1 SerialNumber SN-12 (0018,1000) object it sent",
                "10.0.0.1 Software V1\\V2 (0018,1020) object it sent", "10.0.0.1 FriendlyName CT-ROOM-3 (0008,1010) object it sent", "10.0.0.1 Location Radiology (0008,1040) object it sent", "10.0.0.1 Modality CT (0008,0060) object it sent",
            ],
            claims);
    }

    [Fact]
    public void Objects_of_several_devices_or_moved_ones_describe_nobody()
    {
        Node[] other = [.. Image.Select(one => one.Tag == DicomTag.Model ? Node.Text(DicomTag.Model, "LO", "Other") : one)];
        Said[] forwarded = [.. Images[..2], Said.Client(Message(1, StoreCommand(1, "1.2.9", moved: true), Implicit(Image))), Said.Server(Message(1, Reply(1, CtStorage, 1, 0)))];
        Assert.DoesNotContain(Conversation.Of<DicomAnalyser>(forwarded).Observe().OfType<Claim>(), one => one.Kind is ClaimKind.Model or ClaimKind.Modality);
        Said[] mixed = [.. Images[..4], Said.Client(Message(1, StoreCommand(2, "1.2.9"), Implicit(other))), Said.Server(Message(1, Reply(1, CtStorage, 2, 0))), .. Images[4..]];
        Assert.Equal(["Scanner 9"], Conversation.Of<DicomAnalyser>(mixed).Observe().OfType<Claim>().Where(one => one.Kind == ClaimKind.Model).Select(one => one.Value));
    }

    [Fact]
    public void A_printer_describes_itself_and_a_modality_that_asks_for_its_own_steps_too()
    {
        Assert.Contains(Conversation.Of<DicomAnalyser>(Print).Observe().OfType<Claim>(), one => one.Kind == ClaimKind.Model && one.Value == "Dry 5" && one.Subject.Ip == Address.FromV4(0x0A000002));
        Assert.Contains(Conversation.Of<DicomAnalyser>(Query).Observe().OfType<Claim>(), one => one.Kind == ClaimKind.Modality && one.Value == "CT" && one.Subject.Ip == Address.FromV4(0x0A000001));
    }

    [Fact]
    public void A_moved_association_names_the_move_that_caused_it()
    {
        Said[] moved = [.. Images[..2], Said.Client(Message(1, StoreCommand(1, "1.2.9", moved: true), Implicit(Image))), Said.Server(Message(1, Reply(1, CtStorage, 1, 0))), .. Images[^2..]];
        AssociationAttempt attempt = Conversation.Of<DicomAnalyser>(moved).Transactions.OfType<AssociationAttempt>().Single();
        Assert.Equal(("WS01", 7), (attempt.MoveOriginator, attempt.MoveOriginatorMessageId));
    }

    [Fact]
    public void A_data_set_without_a_known_syntax_is_still_read()
    {
        byte[] dataSet = DataSetWriter.Write(TransferSyntax.Explicit, Image);
        DimseExchange store = Conversation.Of<DicomAnalyser>([Said.Client(Message(1, StoreCommand(1, "1.2.9"), dataSet)), Said.Server(Message(1, Reply(1, CtStorage, 1, 0)))]).Transactions.OfType<DimseExchange>().Single();
        Assert.Equal(("ACME", "1.2.3.4"), (store.Manufacturer, store.StudyUid));
    }

    [Fact]
    public void A_broken_data_set_is_a_fault_and_costs_the_exchange_nothing()
    {
        byte[] broken = [.. Implicit(Image[..4]), 0x08, 0, 0x99, 0x11, 4, 0, 0, 0, 1];
        Conversation conversation = Conversation.Of<DicomAnalyser>([.. Images[..2], Said.Client(Message(1, StoreCommand(1, "1.2.9"), broken)), Said.Server(Message(1, Reply(1, CtStorage, 1, 0)))]);
        Assert.Equal([DicomFaults.DataSetTruncated], conversation.Faults);
        Assert.Equal((0, "ACME"), (conversation.Transactions.OfType<DimseExchange>().Single().Status, conversation.Transactions.OfType<DimseExchange>().Single().Manufacturer));
    }

    private static byte[] Implicit(params Node[] nodes) => DataSetWriter.Write(TransferSyntax.Implicit, nodes);

    private static Said[] Of(string name) => name switch { "images" => Images, "worklist" => Query, "examination" => Step, "commitment-result" => CommitmentResult, _ => Print };
}
