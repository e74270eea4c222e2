using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>Asks a RIS for a device's worklist of the day (findscu).</summary>
internal sealed class QueryWorklist : IActor<WorklistQueried>
{
    /// <inheritdoc/>
    public Task ActAsync(WorklistQueried what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace modality = site[what.Actor], ris = site[what.Ris];
        WorklistFiles.Set(site, ris, modality.Device, what.Exams);
        const string Step = "ScheduledProcedureStepSequence[0].";
        string[] keys =
        [
            "SpecificCharacterSet", "AccessionNumber", "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "RequestedProcedureID", "RequestedProcedureDescription",
            Step + "Modality", Step + "ScheduledStationAETitle=" + DicomPorts.AeTitleOf(modality), Step + $"ScheduledProcedureStepStartDate={site.Date:yyyyMMdd}", Step + "ScheduledProcedureStepStartTime",
            Step + "ScheduledProcedureStepDescription", Step + "ScheduledProcedureStepID", Step + "ScheduledStationName",
        ];
        return DicomProgram.RunAsync(modality, site, "findscu", ["-W", .. DicomCall.From(modality, ris), .. keys.SelectMany(key => new[] { "-k", key }), .. DicomCall.To(ris)],
            @"Find Response: \d+ \(Pending\)", what.Exams.Count, cancel);
    }
}
