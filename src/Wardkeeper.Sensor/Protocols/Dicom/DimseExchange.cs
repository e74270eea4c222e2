using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// One DIMSE operation or notification: a request and its responses, of which several may be pending (PS3.7). Written at the
/// final response, or at the end of the association when there was none.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">The request with its data set in the requestor's stream; the responses when the request was not seen.</param>
public sealed record DimseExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes), ICaused
{
    /// <inheritdoc/>
    public override string Log => "dicom";

    /// <summary><c>dimse</c>, to tell this row from the associations in the same log.</summary>
    public string Kind { get; } = "dimse";

    /// <summary>Command: C-STORE, C-GET, C-MOVE, C-FIND, C-ECHO, N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE or N-DELETE.</summary>
    public required string Command { get; init; }

    /// <summary>Message ID of the request, 0 to 65535.</summary>
    public required int MessageId { get; init; }

    /// <summary>Whether the association's acceptor made the request, as for the C-STORE sub-operations of a C-GET and for N-EVENT-REPORT.</summary>
    public bool FromAcceptor { get; init; }

    /// <summary>Calling application entity title of the association, when its opening was seen.</summary>
    public string? CallingAe { get; init; }

    /// <summary>Called application entity title of the association, when its opening was seen.</summary>
    public string? CalledAe { get; init; }

    /// <summary>Presentation context identifier.</summary>
    public int ContextId { get; init; }

    /// <summary>Transfer syntax UID of that context, when its negotiation was seen.</summary>
    public string? TransferSyntax { get; init; }

    /// <summary>Affected or Requested SOP Class UID.</summary>
    public string? SopClass { get; init; }

    /// <summary>Its name in PS3.6, when it has one.</summary>
    public string? SopClassName => DicomTables.Name(SopClass);

    /// <summary>The service that the SOP class belongs to: <c>storage</c>, <c>query-retrieve</c>, <c>worklist</c>, <c>mpps</c>, <c>storage-commitment</c>, <c>print</c>, <c>unified-procedure-step</c>, <c>instance-availability</c>, <c>media-creation</c>, <c>display-system</c>, <c>procedural-event-logging</c>, <c>substance-administration</c>, <c>relevant-patient-information</c>, <c>rt-machine-verification</c>, <c>hanging-protocol</c>, <c>defined-procedure-protocol</c>; absent for verification and private classes. PS3.4.</summary>
    public string? Service => DicomServices.Of(SopClass);

    /// <summary>Affected or Requested SOP Instance UID.</summary>
    public string? SopInstance { get; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>Event Type ID of an N-EVENT-REPORT.</summary>
    public int? EventTypeId { get; init; }

    /// <summary>Action Type ID of an N-ACTION.</summary>
    public int? ActionTypeId { get; init; }

    /// <summary>Application entity title that a C-MOVE sends to.</summary>
    public string? MoveDestination { get; init; }

    /// <summary>Application entity title whose C-MOVE caused this C-STORE.</summary>
    public string? MoveOriginator { get; init; }

    /// <summary>Message ID of the C-MOVE that caused this C-STORE.</summary>
    public int? MoveOriginatorMessageId { get; init; }

    /// <summary>The <c>uid</c> of the association that caused it: it asked for the move that this store is part of, or for the commitment whose result this tells; absent when it was not seen, or is the same.</summary>
    public string? Cause { get; private set; }

    CauseKey? ICaused.CausedBy => Command switch
    {
        "C-STORE" when MoveOriginator is { } mover && MoveOriginatorMessageId is { } move => new CauseKey(mover, move, CalledAe),
        "N-EVENT-REPORT" when TransactionUid is { } commitment => new CauseKey(commitment),
        _ => null,
    };

    void ICaused.Explain(string uid) => Cause = uid;

    /// <summary>Bytes of the request's data set.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the data sets of all responses.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Pending responses before the final one: the matches of a C-FIND, the progress reports of a C-MOVE or C-GET.</summary>
    public int PendingResponses { get; init; }

    /// <summary>Sub-operations of a C-MOVE or C-GET not yet begun, as last reported; absent when all were done.</summary>
    public int? RemainingSubOperations { get; init; }

    /// <summary>Sub-operations that succeeded, as last reported.</summary>
    public int? CompletedSubOperations { get; init; }

    /// <summary>Sub-operations that failed, as last reported.</summary>
    public int? FailedSubOperations { get; init; }

    /// <summary>Sub-operations with a warning, as last reported.</summary>
    public int? WarningSubOperations { get; init; }

    /// <summary>Whether the requestor sent a C-CANCEL.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Status of the final response, 0 to 65535; absent when none was seen. PS3.7, annex C.</summary>
    public int? Status { get; init; }

    /// <summary><c>success</c>, <c>warning</c>, <c>failure</c> or <c>cancel</c>; absent without a final response.</summary>
    public string? StatusClass => Status is { } status ? Dimse.StatusClass((ushort)status) : null;

    /// <summary>What the status means for this command, when PS3.4 or PS3.7 say so.</summary>
    public string? StatusText => Status is { } status ? DicomTables.Status(Command, (ushort)status) : null;

    /// <summary>Specific Character Set (0008,0005) as written.</summary>
    public string? CharacterSet { get; init; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string? StudyUid { get; init; }

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string? SeriesUid { get; init; }

    /// <summary>Accession Number (0008,0050); the patient's identifier or name inside it is masked.</summary>
    public MaskedText? AccessionNumber { get; init; }

    /// <summary>The patient, masked: Patient ID (0010,0020), else Patient's Name (0010,0010); absent for a query with wildcards.</summary>
    public MaskedText? Patient { get; init; }

    /// <summary>Modality (0008,0060), of a worklist query that of the step it asks for.</summary>
    public string? Modality { get; init; }

    /// <summary>Manufacturer (0008,0070) of the device that made the object; of a printer its own.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Manufacturer's Model Name (0008,1090).</summary>
    public string? Model { get; init; }

    /// <summary>Device Serial Number (0018,1000).</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Software Versions (0018,1020), several joined by backslashes.</summary>
    public string? SoftwareVersions { get; init; }

    /// <summary>Station Name (0008,1010), of a procedure step (0040,0242), of a worklist query (0040,0010).</summary>
    public string? Station { get; init; }

    /// <summary>Station application entity title: scheduled (0040,0001) or performed (0040,0241).</summary>
    public string? StationAe { get; init; }

    /// <summary>Institution Name (0008,0080).</summary>
    public string? Institution { get; init; }

    /// <summary>Institutional Department Name (0008,1040).</summary>
    public string? Department { get; init; }

    /// <summary>Retrieve AE Title (0008,0054): where the found objects can be had.</summary>
    public string? RetrieveAe { get; init; }

    /// <summary>Query/Retrieve Level (0008,0052): <c>PATIENT</c>, <c>STUDY</c>, <c>SERIES</c> or <c>IMAGE</c>.</summary>
    public string? QueryLevel { get; init; }

    /// <summary>Keywords of the keys by which a C-FIND, C-MOVE or C-GET restricts what it wants, at most 16, for example <c>PatientID</c>; an empty list asks for everything there is.</summary>
    public IReadOnlyList<string>? QueryKeys { get; init; }

    /// <summary>Different patients in the answers of a C-FIND, at most 256 counted; absent when there were none.</summary>
    public int? ReturnedPatients { get; init; }

    /// <summary>Performed Procedure Step Status (0040,0252): <c>IN PROGRESS</c>, <c>COMPLETED</c> or <c>DISCONTINUED</c>.</summary>
    public string? StepStatus { get; init; }

    /// <summary>Transaction UID (0008,1195) that ties the result of a storage commitment to its request, be it in another association.</summary>
    public string? TransactionUid { get; init; }

    /// <summary>Instances that a storage commitment is asked for, or that its result says are safe. (0008,1199).</summary>
    public int? ReferencedInstances { get; init; }

    /// <summary>Instances that could not be committed. (0008,1198).</summary>
    public int? FailedInstances { get; init; }

    /// <summary>Failure Reason (0008,1197) of the first of them. PS3.3, section C.14.1.1.</summary>
    public int? FailureReason { get; init; }

    /// <summary>Printer Status (2110,0010): <c>NORMAL</c>, <c>WARNING</c> or <c>FAILURE</c>.</summary>
    public string? PrinterStatus { get; init; }

    /// <summary>Printer Status Info (2110,0020), for example <c>SUPPLY EMPTY</c>.</summary>
    public string? PrinterStatusInfo { get; init; }

    /// <summary>Printer Name (2110,0030).</summary>
    public string? PrinterName { get; init; }

    /// <summary>Film Size ID (2010,0050).</summary>
    public string? FilmSize { get; init; }

    /// <summary>Number of Copies (2000,0010) as written.</summary>
    public string? Copies { get; init; }

    /// <summary>Digest of what a stored object says beside its pixels: its elements outside of sequences and private groups, in whatever transfer syntax it travels (but big endian). The same object has the same; 64 bits in hex, not proof against somebody who searches for a collision. Absent when not all of it was read.</summary>
    public string? ContentDigest { get; init; }

    /// <summary>Bytes of the pixel data (7FE0,0010) of a stored object, when it is not compressed.</summary>
    public long? PixelBytes { get; init; }

    /// <summary>Whether parts of it were not captured, so that counts are lower bounds and a missing status does not mean that there was none.</summary>
    public bool Partial { get; init; }

    /// <summary>Seconds from the request to its completion.</summary>
    public TimeSpan? Duration => Began is { } began ? At.Since(began) : null;

    /// <summary>Whether what it says of the device that made the object is new and worth stating.</summary>
    internal bool TellsDevice { get; init; }

    /// <summary>Whether it is the first of its command, SOP class and direction in this flow; claims are made only then.</summary>
    internal bool IsNews { get; init; }

    /// <summary>The same with what its data sets say.</summary>
    internal DimseExchange With(Operation operation, PatientMasker masker)
    {
        bool isQuery = Command is "C-FIND" or "C-MOVE" or "C-GET";
        DataSetFacts? asked = operation.RequestFacts, answer = operation.ResponseFacts;
        // A query tells what is wanted, an N-GET only in its answer what there is.
        DataSetFacts? facts = Command == "N-GET" ? answer : asked;
        DimseExchange described = this with
        {
            RetrieveAe = answer?.First(DicomTag.RetrieveAe) ?? asked?.First(DicomTag.RetrieveAe),
            ReturnedPatients = operation.Patients > 0 ? operation.Patients : null,
            QueryKeys = isQuery && asked is not null && (operation.IsRequestRead || asked.MatchingKeys.Count > 0) ? asked.MatchingKeys : null,
        };
        if (facts is null) return described;
        return described with
        {
            CharacterSet = facts[DicomTag.SpecificCharacterSet],
            StudyUid = facts[DicomTag.StudyInstance],
            SeriesUid = facts[DicomTag.SeriesInstance],
            AccessionNumber = facts.Masked(facts[DicomTag.AccessionNumber], masker),
            Patient = facts.Patient(masker),
            Modality = facts[DicomTag.Modality] ?? facts[DicomTag.ModalitiesInStudy],
            Manufacturer = facts[DicomTag.Manufacturer],
            Model = facts[DicomTag.Model],
            SerialNumber = facts[DicomTag.SerialNumber],
            SoftwareVersions = facts[DicomTag.SoftwareVersions],
            Station = facts[DicomTag.StationName] ?? facts[DicomTag.PerformedStationName] ?? facts[DicomTag.ScheduledStationName],
            StationAe = facts[DicomTag.PerformedStationAe] ?? facts[DicomTag.ScheduledStationAe],
            Institution = facts[DicomTag.Institution],
            Department = facts[DicomTag.Department],
            QueryLevel = facts[DicomTag.QueryLevel],
            StepStatus = facts[DicomTag.StepStatus],
            TransactionUid = facts[DicomTag.TransactionUid],
            ReferencedInstances = facts.ReferencedInstances > 0 ? facts.ReferencedInstances : null,
            FailedInstances = facts.FailedInstances > 0 ? facts.FailedInstances : null,
            FailureReason = facts.FailureReason,
            PrinterStatus = facts[DicomTag.PrinterStatus],
            PrinterStatusInfo = facts[DicomTag.PrinterStatusInfo],
            PrinterName = facts[DicomTag.PrinterName],
            FilmSize = facts[DicomTag.FilmSize],
            Copies = facts[DicomTag.Copies],
            ContentDigest = Command == "C-STORE" && operation.IsRequestRead ? facts.Content.Text : null,
            PixelBytes = Command == "C-STORE" && operation.IsRequestRead ? facts.Content.PixelBytes : null,
        };
    }

    private void WriteCause(RowWriter row)
    {
        row.Text("move_originator"u8, MoveOriginator);
        row.Number("move_originator_message_id"u8, MoveOriginatorMessageId);
        row.Text("cause"u8, Cause);
    }

    private void WriteContent(RowWriter row)
    {
        row.Text("content_digest"u8, ContentDigest);
        row.Number("pixel_bytes"u8, PixelBytes);
    }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("command"u8, Command);
        row.Number("message_id"u8, MessageId);
        row.Flag("from_acceptor"u8, FromAcceptor ? true : null);
        row.Text("calling_ae"u8, CallingAe);
        row.Text("called_ae"u8, CalledAe);
        row.Number("context_id"u8, ContextId);
        row.Text("transfer_syntax"u8, TransferSyntax);
        row.Text("sop_class"u8, SopClass);
        row.Text("sop_class_name"u8, SopClassName);
        row.Text("service"u8, Service);
        row.Text("sop_instance"u8, SopInstance);
        row.Text("priority"u8, Priority);
        row.Number("event_type_id"u8, EventTypeId);
        row.Number("action_type_id"u8, ActionTypeId);
        row.Text("move_destination"u8, MoveDestination);
        WriteCause(row);
        row.Number("request_bytes"u8, RequestBytes);
        row.Number("response_bytes"u8, ResponseBytes);
        row.Number("pending_responses"u8, PendingResponses > 0 ? PendingResponses : null);
        row.Number("remaining_sub_operations"u8, RemainingSubOperations);
        row.Number("completed_sub_operations"u8, CompletedSubOperations);
        row.Number("failed_sub_operations"u8, FailedSubOperations);
        row.Number("warning_sub_operations"u8, WarningSubOperations);
        row.Flag("cancelled"u8, Cancelled ? true : null);
        row.Number("status"u8, Status);
        row.Text("status_class"u8, StatusClass);
        row.Text("status_text"u8, StatusText);
        row.Text("character_set"u8, CharacterSet);
        row.Text("study_uid"u8, StudyUid);
        row.Text("series_uid"u8, SeriesUid);
        row.Text("accession_number"u8, AccessionNumber);
        row.Text("patient"u8, Patient);
        row.Text("modality"u8, Modality);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("software_versions"u8, SoftwareVersions);
        row.Text("station"u8, Station);
        row.Text("station_ae"u8, StationAe);
        row.Text("institution"u8, Institution);
        row.Text("department"u8, Department);
        row.Text("retrieve_ae"u8, RetrieveAe);
        row.Text("query_level"u8, QueryLevel);
        row.Texts("query_keys"u8, QueryKeys);
        row.Number("returned_patients"u8, ReturnedPatients);
        row.Text("step_status"u8, StepStatus);
        row.Text("transaction_uid"u8, TransactionUid);
        row.Number("referenced_instances"u8, ReferencedInstances);
        row.Number("failed_instances"u8, FailedInstances);
        row.Number("failure_reason"u8, FailureReason);
        row.Text("printer_status"u8, PrinterStatus);
        row.Text("printer_status_info"u8, PrinterStatusInfo);
        row.Text("printer_name"u8, PrinterName);
        row.Text("film_size"u8, FilmSize);
        row.Text("copies"u8, Copies);
        WriteContent(row);
        row.Flag("partial"u8, Partial ? true : null);
        row.Elapsed("duration"u8, Duration);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject requestor = flow.At(FromAcceptor ? Side.Server : Side.Client), performer = flow.At(FromAcceptor ? Side.Client : Side.Server);
        if (TellsDevice) Describe(into, Command == "N-GET" ? performer : requestor);
        if (!IsNews) return;
        bool answered = Status is not null || PendingResponses > 0;
        bool served = StatusClass is "success" or "warning" or "cancel" || PendingResponses > 0;
        // An event report goes from the SCP to the SCU; every other request from the SCU to the SCP.
        bool scuIsAcceptor = FromAcceptor ^ (Command == Dimse.EventReport);
        Subject scu = scuIsAcceptor ? flow.Server : flow.Client, scp = scuIsAcceptor ? flow.Client : flow.Server;
        if (answered) into.Service();
        Claim(into, scu, "scu", Command);
        if (served) Claim(into, scp, "scp", Command);
        // Images that a device sends on its own account are its own; those sent because somebody asked for them may be anybody's.
        if (Command == "C-STORE" && !FromAcceptor && MoveOriginator is null && SopClass is not null)
            into.Claim(flow.Client, ClaimKind.Modality, DicomTables.Modality(SopClass), "storage SOP class");
    }

    /// <summary>Whether the object is the sender's own: images that somebody asked for may be anybody's.</summary>
    internal bool IsOfDevice => Command switch
    {
        "C-STORE" => !FromAcceptor && MoveOriginator is null,
        "N-GET" => Service == "print" && StatusClass is "success" or "warning",
        // A modality asks for its own steps by its own title; others ask for anybody's.
        "C-FIND" => Service == "worklist" && StationAe is not null && StationAe == CallingAe,
        _ => false,
    };

    private void Describe(ObservationBatch into, Subject device)
    {
        string where = Command switch { "C-STORE" => Observations.Claim.InSentObject, "N-GET" => "printer's attributes", _ => "worklist query" };
        into.Claim(device, ClaimKind.Vendor, Manufacturer, $"(0008,0070) {where}");
        into.Claim(device, ClaimKind.Model, Model, $"(0008,1090) {where}");
        into.Claim(device, ClaimKind.SerialNumber, SerialNumber, $"(0018,1000) {where}");
        into.Claim(device, ClaimKind.Software, SoftwareVersions, $"(0018,1020) {where}");
        // Many sites use the title as station name; then it is no name for people.
        if (PrinterName is not null) into.Claim(device, ClaimKind.FriendlyName, PrinterName, $"(2110,0030) {where}");
        else if (!string.Equals(Station, CallingAe, StringComparison.OrdinalIgnoreCase)) into.Claim(device, ClaimKind.FriendlyName, Station, $"(0008,1010) {where}");
        into.Claim(device, ClaimKind.Location, Department, $"(0008,1040) {where}");
        if (Command != "N-GET" && Modality?.Contains('\\', StringComparison.Ordinal) == false) into.Claim(device, ClaimKind.Modality, Modality, $"(0008,0060) {where}");
    }

    private void Claim(ObservationBatch into, Subject subject, string role, string origin)
    {
        into.Claim(subject, ClaimKind.Role, "dicom-" + role, origin);
        if (SopClass is null) return;
        into.Claim(subject, ClaimKind.SopClass, SopClass + " " + role, origin);
        if (Service is { } service) into.Claim(subject, ClaimKind.Role, "dicom-" + service + "-" + role, origin);
    }
}
