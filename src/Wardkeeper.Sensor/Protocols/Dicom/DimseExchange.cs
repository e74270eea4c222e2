using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// One DIMSE operation or notification: a request and its responses, of which several may be pending (PS3.7). Written at the
/// final response, or at the end of the association when there was none.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">The request with its data set in the requestor's stream; the responses when the request was not seen.</param>
public sealed record DimseExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
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

    /// <summary>Whether parts of it were not captured, so that counts are lower bounds and a missing status does not mean that there was none.</summary>
    public bool Partial { get; init; }

    /// <summary>Seconds from the request to its completion.</summary>
    public TimeSpan? Duration => Began is { } began ? At.Since(began) : null;

    /// <summary>Whether it is the first of its command, SOP class and direction in this flow; claims are made only then.</summary>
    internal bool IsNews { get; init; }

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
        row.Text("sop_instance"u8, SopInstance);
        row.Text("priority"u8, Priority);
        row.Number("event_type_id"u8, EventTypeId);
        row.Number("action_type_id"u8, ActionTypeId);
        row.Text("move_destination"u8, MoveDestination);
        row.Text("move_originator"u8, MoveOriginator);
        row.Number("move_originator_message_id"u8, MoveOriginatorMessageId);
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
        row.Flag("partial"u8, Partial ? true : null);
        row.Elapsed("duration"u8, Duration);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
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

    private void Claim(ObservationBatch into, Subject subject, string role, string origin)
    {
        into.Claim(subject, ClaimKind.Role, "dicom-" + role, origin);
        if (SopClass is null) return;
        into.Claim(subject, ClaimKind.SopClass, SopClass + " " + role, origin);
        if (Service(SopClass) is { } service) into.Claim(subject, ClaimKind.Role, "dicom-" + service + "-" + role, origin);
    }

    /// <summary>The service of a SOP class, as a word for roles. PS3.4.</summary>
    private static string? Service(string sopClass) => sopClass switch
    {
        "1.2.840.10008.1.1" => null,
        "1.2.840.10008.5.1.4.31" => "worklist",
        "1.2.840.10008.3.1.2.3.3" or "1.2.840.10008.3.1.2.3.4" or "1.2.840.10008.3.1.2.3.5" => "mpps",
        "1.2.840.10008.1.20.1" or "1.2.840.10008.1.20.2" => "storage-commitment",
        _ when sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.", StringComparison.Ordinal) => "storage",
        _ when sopClass.StartsWith("1.2.840.10008.5.1.4.1.2.", StringComparison.Ordinal) => "query-retrieve",
        _ when sopClass.StartsWith("1.2.840.10008.5.1.1.", StringComparison.Ordinal) => "print",
        _ when sopClass.StartsWith("1.2.840.10008.5.1.4.34.6", StringComparison.Ordinal) => "unified-procedure-step",
        _ => null,
    };
}
