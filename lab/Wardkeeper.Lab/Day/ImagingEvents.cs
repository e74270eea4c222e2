using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day;

/// <summary>One imaging examination, from order to archive.</summary>
public sealed record Exam
{
    /// <summary>Accession number.</summary>
    public required string Accession { get; init; }

    /// <summary>Study Instance UID. The series is <c>.1</c> below it, its images <c>.1.1</c> and on.</summary>
    public required string StudyUid { get; init; }

    /// <summary>Whom it concerns.</summary>
    public required HospitalPatient Patient { get; init; }

    /// <summary>Modality: CT, US, DX, MR, MG …</summary>
    public required string Modality { get; init; }

    /// <summary>What is examined.</summary>
    public required string Description { get; init; }

    /// <summary>Images it gives.</summary>
    public required int Images { get; init; }

    /// <summary>Side of an image in pixels of 16 bits.</summary>
    public int Side { get; init; } = 64;

    /// <summary>When it was scheduled for, local time of the planned day.</summary>
    public required DateTime Scheduled { get; init; }

    /// <summary>Device that makes it.</summary>
    public required string Device { get; init; }
}

/// <summary>The RIS is asked for the day's worklist of a device (C-FIND, Modality Worklist).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Modality.</param>
/// <param name="Ris">Worklist server.</param>
/// <param name="Exams">What is on the list then.</param>
public sealed record WorklistQueried(TimeSpan At, string Actor, string Ris, IReadOnlyList<Exam> Exams) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dicom", "C-FIND", Actor, Ris)];
}

/// <summary>A performed procedure step is created (N-CREATE, in progress) or set to its end (N-SET, completed or discontinued).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Modality.</param>
/// <param name="Ris">Its manager.</param>
/// <param name="Exam">Which examination.</param>
/// <param name="Status"><c>IN PROGRESS</c>, <c>COMPLETED</c> or <c>DISCONTINUED</c>.</param>
public sealed record ProcedureStepReported(TimeSpan At, string Actor, string Ris, Exam Exam, string Status) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override string Subject => Exam.Accession;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dicom", Status == "IN PROGRESS" ? "N-CREATE" : "N-SET", Actor, Ris, 1, Exam.Patient.Id)];
}

/// <summary>A study's images are stored (C-STORE).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Modality.</param>
/// <param name="Archive">PACS.</param>
/// <param name="Exam">Which examination.</param>
/// <param name="Tls">Whether over TLS, where the commands cannot be seen.</param>
public sealed record ImagesStored(TimeSpan At, string Actor, string Archive, Exam Exam, bool Tls = false) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override string Subject => Exam.Accession;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => Tls ? [new("ssl", "connection", Actor, Archive)] : [new("dicom", "C-STORE", Actor, Archive, Exam.Images, Exam.Patient.Id)];
}

/// <summary>The archive is asked to commit to a study (N-ACTION) and says so later on an association of its own (N-EVENT-REPORT).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Modality.</param>
/// <param name="Archive">PACS.</param>
/// <param name="Exam">Which examination.</param>
public sealed record CommitmentRequested(TimeSpan At, string Actor, string Archive, Exam Exam) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override string Subject => Exam.Accession;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dicom", "N-ACTION", Actor, Archive), new("dicom", "N-EVENT-REPORT", Archive, Actor)];
}

/// <summary>How a workstation gets a study.</summary>
public enum RetrieveWay
{
    /// <summary>C-FIND and C-MOVE; the archive stores on an association of its own.</summary>
    Move,

    /// <summary>C-GET.</summary>
    Get,

    /// <summary>DICOMweb: QIDO-RS and WADO-RS.</summary>
    Web,
}

/// <summary>A workstation looks a study up and fetches it.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Workstation.</param>
/// <param name="Archive">PACS.</param>
/// <param name="Exam">Which examination.</param>
/// <param name="Way">How.</param>
public sealed record StudyRetrieved(TimeSpan At, string Actor, string Archive, Exam Exam, RetrieveWay Way) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override string Subject => Exam.Accession;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => Way switch
    {
        RetrieveWay.Move => [new("dicom", "C-FIND", Actor, Archive), new("dicom", "C-MOVE", Actor, Archive), new("dicom", "C-STORE", Archive, Actor, Exam.Images, Exam.Patient.Id)],
        RetrieveWay.Get => [new("dicom", "C-GET", Actor, Archive), new("dicom", "C-STORE", Archive, Actor, Exam.Images, Exam.Patient.Id)],
        _ => [new("http", "GET", Actor, Archive, 2)],
    };
}

/// <summary>A study is stored over DICOMweb (STOW-RS).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Archive">PACS.</param>
/// <param name="Exam">Which examination.</param>
public sealed record ImagesPosted(TimeSpan At, string Actor, string Archive, Exam Exam) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override string Subject => Exam.Accession;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("http", "POST", Actor, Archive, 1, Exam.Patient.Id)];
}

/// <summary>A device asks whether another is there (C-ECHO).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Peer">Whom.</param>
public sealed record EchoSent(TimeSpan At, string Actor, string Peer) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("dicom", "C-ECHO", Actor, Peer)];
}
