namespace Wardkeeper.Lab.Day;

/// <summary>One visit of a patient, who may have several on a day.</summary>
/// <param name="Number">Visit number, PV1-19.</param>
/// <param name="Patient">Id of the patient.</param>
/// <param name="Class">HL7 table 0004: I in-patient, O out-patient, E emergency.</param>
/// <param name="Department">Key of the department.</param>
/// <param name="Bed">Bed, or null for those who walk about.</param>
public sealed record PatientVisit(string Number, string Patient, string Class, string Department, string? Bed);
