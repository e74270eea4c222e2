using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>Who it is about and where that person is. HL7 v2.5.1, chapter 3.</summary>
internal static class PatientSegments
{
    /// <summary>PID of an information system: medical record number and identity number.</summary>
    public static string Pid(HospitalPatient patient) => Hl7.Segment("PID", (1, "1"), (3, $"{patient.Id}^^^HOSP^MR~{patient.NationalId}^^^CHN^NI"), (5, Name(patient)),
        (7, Hl7.Date(patient.Birth)), (8, patient.Sex), (13, patient.Telephone));

    /// <summary>PID of a device: what it was told.</summary>
    public static string ShortPid(HospitalPatient patient) => Hl7.Segment("PID", (3, patient.Id + "^^^HOSP^PI"), (5, Name(patient)), (7, Hl7.Date(patient.Birth)), (8, patient.Sex));

    /// <summary>PV1: class, place, doctor, visit number.</summary>
    /// <param name="stay">Where the patient is.</param>
    /// <param name="location">PV1-3, if not the place of the stay.</param>
    /// <param name="prior">PV1-6 of a transfer.</param>
    public static string Pv1(Stay stay, string? location = null, string prior = "") => Hl7.Segment("PV1", (1, "1"), (2, stay.Visit.Class), (3, location ?? stay.Location), (6, prior),
        (7, stay.Visit.Doctor), (19, stay.Visit.Number));

    private static string Name(HospitalPatient patient) => $"{Hl7.Escape(patient.Family)}^{Hl7.Escape(patient.Given)}^^^^^L";
}
