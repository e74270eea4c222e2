using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// An examination began or ended: a modality performed procedure step was created, completed or discontinued, and the manager agreed
/// (PS3.4, annex F). While it is in progress, a patient is in or at the device.
/// </summary>
/// <param name="At">Time of the packet that completed the answer.</param>
/// <param name="Bytes">The request with its data set.</param>
public sealed record Examination(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dicom";

    /// <summary><c>examination</c>, to tell this row from the others in the same log.</summary>
    public string Kind { get; } = "examination";

    /// <summary><c>in-progress</c>, <c>completed</c> or <c>discontinued</c>. Performed Procedure Step Status (0040,0252).</summary>
    public required string State { get; init; }

    /// <summary>SOP instance of the step: the rows of its beginning and its end have the same.</summary>
    public string? SopInstance { get; init; }

    /// <summary>Application entity title of the device: Performed Station AE Title (0040,0241), else the one that reported.</summary>
    public string? StationAe { get; init; }

    /// <summary>Performed Station Name (0040,0242).</summary>
    public string? Station { get; init; }

    /// <summary>Modality (0008,0060).</summary>
    public string? Modality { get; init; }

    /// <summary>The patient, masked.</summary>
    public MaskedText? Patient { get; init; }

    /// <summary>Study Instance UID of the scheduled step (0040,0270).</summary>
    public string? StudyUid { get; init; }

    /// <summary>Accession Number of the scheduled step; the patient's identifier or name inside it is masked.</summary>
    public MaskedText? AccessionNumber { get; init; }

    /// <summary>Start as the device wrote it, in its local time: YYYYMMDD and HHMMSS. (0040,0244), (0040,0245).</summary>
    public string? Started { get; init; }

    /// <summary>End as the device wrote it, in its local time: YYYYMMDD and HHMMSS. (0040,0250), (0040,0251).</summary>
    public string? Ended { get; init; }

    /// <summary>Series that were made, when that was said. (0040,0340).</summary>
    public int? Series { get; init; }

    /// <summary>Application entity title of the one that reported.</summary>
    internal string? Reporter { get; init; }

    /// <summary>Whether the acceptor of the association reported it.</summary>
    internal bool FromAcceptor { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("state"u8, State);
        row.Text("sop_instance"u8, SopInstance);
        row.Text("station_ae"u8, StationAe);
        row.Text("station"u8, Station);
        row.Text("modality"u8, Modality);
        row.Text("patient"u8, Patient);
        row.Text("study_uid"u8, StudyUid);
        row.Text("accession_number"u8, AccessionNumber);
        row.Text("started"u8, Started);
        row.Text("ended"u8, Ended);
        row.Number("series"u8, Series);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject device = flow.At(FromAcceptor ? Side.Server : Side.Client);
        // Who reports for another machine is not the one that works: each speaks for itself.
        string origin = StationAe is null || StationAe == Reporter ? "(0040,0252) procedure step" : $"(0040,0252) procedure step of {StationAe}";
        into.Claim(device, ClaimKind.InUse, State == "in-progress" ? "examining" : "standby", origin);
        if (State != "in-progress") return;
        into.Claim(device, ClaimKind.Modality, Modality, "(0008,0060) procedure step");
        if (!string.Equals(Station, StationAe, StringComparison.OrdinalIgnoreCase)) into.Claim(device, ClaimKind.FriendlyName, Station, "(0040,0242) procedure step");
    }
}

/// <summary>The examinations that one association reports, so that their end can be told with what was said at their beginning; bounded.</summary>
internal sealed class Examinations
{
    private const int Capacity = 16;
    private readonly List<Examination> inProgress = [];

    /// <summary>What an exchange says of an examination; null when it says nothing or was refused.</summary>
    /// <param name="exchange">A DIMSE exchange that is over.</param>
    /// <param name="facts">What its request said.</param>
    /// <param name="masker">Masks the patient.</param>
    public Examination? Follow(DimseExchange exchange, DataSetFacts? facts, PatientMasker masker)
    {
        bool isStep = exchange is { SopClass: "1.2.840.10008.3.1.2.3.3", Command: "N-CREATE" or "N-SET", StatusClass: "success" or "warning" };
        if (!isStep || facts is null || StateOf(facts[DicomTag.StepStatus]) is not { } state) return null;
        Examination? begun = inProgress.Find(one => one.SopInstance == exchange.SopInstance);
        Examination examination = new(exchange.At, exchange.Bytes)
        {
            Began = exchange.Began,
            State = state,
            SopInstance = exchange.SopInstance,
            StationAe = facts[DicomTag.PerformedStationAe] ?? begun?.StationAe ?? (exchange.FromAcceptor ? exchange.CalledAe : exchange.CallingAe),
            Reporter = exchange.FromAcceptor ? exchange.CalledAe : exchange.CallingAe,
            Station = facts[DicomTag.PerformedStationName] ?? begun?.Station,
            Modality = facts[DicomTag.Modality] ?? begun?.Modality,
            Patient = facts.Patient(masker) ?? begun?.Patient,
            StudyUid = facts[DicomTag.StudyInstance] ?? begun?.StudyUid,
            AccessionNumber = facts.Masked(facts[DicomTag.AccessionNumber], masker) ?? begun?.AccessionNumber,
            Started = facts.Moment(DicomTag.StepStartDate, DicomTag.StepStartTime) ?? begun?.Started,
            Ended = facts.Moment(DicomTag.StepEndDate, DicomTag.StepEndTime),
            Series = facts.PerformedSeries > 0 ? facts.PerformedSeries : null,
            FromAcceptor = exchange.FromAcceptor,
        };
        if (begun is not null) inProgress.Remove(begun);
        if (state == "in-progress")
        {
            if (inProgress.Count >= Capacity) inProgress.RemoveAt(0);
            inProgress.Add(examination);
        }
        return examination;
    }

    /// <summary>As new.</summary>
    public void Clear() => inProgress.Clear();

    private static string? StateOf(string? status) => status switch
    {
        "IN PROGRESS" => "in-progress",
        "COMPLETED" => "completed",
        "DISCONTINUED" => "discontinued",
        _ => null,
    };
}
