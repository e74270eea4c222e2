using System.Globalization;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>Data sets of Modality Performed Procedure Step. PS3.4, F.7.2.1 and F.7.2.2; attributes of type 2 that are not known are sent without value.</summary>
internal static class ProcedureSteps
{
    /// <summary>In progress: the state in which a step is created.</summary>
    public const string InProgress = "IN PROGRESS";

    /// <summary>The step's SOP Instance UID.</summary>
    public static string InstanceUid(Exam exam) => exam.StudyUid + ".2";

    /// <summary>Data set of N-CREATE.</summary>
    /// <param name="exam">Examination.</param>
    /// <param name="device">Device that makes it.</param>
    /// <param name="at">When it begins, local time.</param>
    public static DataSet Begin(Exam exam, HospitalDevice device, DateTime at)
    {
        string charset = exam.Patient.Charset;
        DataSet scheduled = DataSet.In(charset)
            .Set(DicomTags.StudyInstanceUid, exam.StudyUid)
            .SetSequence(DicomTags.ReferencedStudySequence)
            .Set(DicomTags.AccessionNumber, exam.Accession)
            .Set(DicomTags.RequestedProcedureId, exam.Accession)
            .Set(DicomTags.RequestedProcedureDescription, exam.Description)
            .Set(DicomTags.ScheduledProcedureStepId, exam.Accession)
            .Set(DicomTags.ScheduledProcedureStepDescription, exam.Description)
            .SetSequence(DicomTags.ScheduledProtocolCodeSequence);
        return DataSet.In(charset)
            .SetSequence(DicomTags.ScheduledStepAttributesSequence, scheduled)
            .Set(DicomTags.PatientName, $"{exam.Patient.Family}^{exam.Patient.Given}")
            .Set(DicomTags.PatientId, exam.Patient.Id)
            .Set(DicomTags.PatientBirthDate, exam.Patient.Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Set(DicomTags.PatientSex, exam.Patient.Sex)
            .SetSequence(DicomTags.ReferencedPatientSequence)
            .Set(DicomTags.StepId, exam.Accession)
            .Set(DicomTags.PerformedStationAeTitle, DicomIdentity.Of(device).AeTitle)
            .Set(DicomTags.PerformedStationName, device.HostName)
            .Set(DicomTags.PerformedLocation, device.Department.Key)
            .Set(DicomTags.StepStartDate, Date(at))
            .Set(DicomTags.StepStartTime, Time(at))
            .Set(DicomTags.StepStatus, InProgress)
            .Set(DicomTags.StepDescription, exam.Description)
            .Set(DicomTags.StepTypeDescription, "")
            .SetSequence(DicomTags.ProcedureCodeSequence)
            .Set(DicomTags.StepEndDate, "")
            .Set(DicomTags.StepEndTime, "")
            .Set(DicomTags.Modality, exam.Modality)
            .Set(DicomTags.StudyId, exam.Accession)
            .SetSequence(DicomTags.PerformedProtocolCodeSequence)
            .SetSequence(DicomTags.PerformedSeriesSequence);
    }

    /// <summary>Data set of N-SET: the step's end with its series, whose images are listed when it was completed.</summary>
    /// <param name="exam">Examination.</param>
    /// <param name="status"><c>COMPLETED</c> or <c>DISCONTINUED</c>.</param>
    /// <param name="archive">AE title where the images go, or empty.</param>
    /// <param name="at">When it ends, local time.</param>
    public static DataSet End(Exam exam, string status, string archive, DateTime at)
    {
        DataSet series = DataSet.In(exam.Patient.Charset)
            .Set(DicomTags.PerformingPhysicianName, "")
            .Set(DicomTags.ProtocolName, exam.Description)
            .Set(DicomTags.OperatorsName, "")
            .Set(DicomTags.SeriesInstanceUid, exam.StudyUid + ".1")
            .Set(DicomTags.SeriesDescription, exam.Description)
            .Set(DicomTags.RetrieveAeTitle, archive)
            .SetSequence(DicomTags.ReferencedImageSequence, status == "COMPLETED" ? Images(exam) : [])
            .SetSequence(DicomTags.ReferencedNonImageSequence);
        return DataSet.In(exam.Patient.Charset)
            .Set(DicomTags.StepStatus, status)
            .Set(DicomTags.StepEndDate, Date(at))
            .Set(DicomTags.StepEndTime, Time(at))
            .SetSequence(DicomTags.PerformedSeriesSequence, series);
    }

    /// <summary>References to an examination's images.</summary>
    public static IReadOnlyList<DataSet> Images(Exam exam) =>
    [
        .. Enumerable.Range(1, exam.Images).Select(number => new DataSet()
            .Set(DicomTags.ReferencedSopClassUid, SopClasses.OfImages(exam.Modality))
            .Set(DicomTags.ReferencedSopInstanceUid, ExamImages.InstanceUid(exam, number))),
    ];

    private static string Date(DateTime at) => at.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Time(DateTime at) => at.ToString("HHmmss", CultureInfo.InvariantCulture);
}
