using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>One visit of a patient.</summary>
/// <param name="Number">Visit number, PV1-19.</param>
/// <param name="Patient">Who.</param>
/// <param name="Class">HL7 table 0004: I in-patient, O out-patient, E emergency.</param>
/// <param name="Doctor">Attending doctor, as an XCN.</param>
internal sealed record Visit(string Number, HospitalPatient Patient, string Class, string Doctor);

/// <summary>A visit's time in one place.</summary>
/// <param name="Visit">Visit.</param>
/// <param name="Department">Where.</param>
/// <param name="Bed">Bed, or null for those who walk about.</param>
/// <param name="Begin">From when; before midnight for those who are there already.</param>
/// <param name="End">Until when.</param>
/// <param name="Arrival">Trigger event with which it begins, for example <c>A01</c>; null if it began before the day.</param>
/// <param name="Leaving">Trigger event with which it ends; null if the day ends first or nothing says so.</param>
/// <param name="Elsewhere">Where a transferred patient comes from and goes to.</param>
internal sealed record Stay(Visit Visit, Department Department, Bed? Bed, TimeSpan Begin, TimeSpan End, string? Arrival, string? Leaving, string Elsewhere)
{
    /// <summary>Whether the patient is there then.</summary>
    public bool Holds(TimeSpan at) => at >= Begin && at < End;

    /// <summary>PV1-3: point of care, room, bed.</summary>
    public string Location => $"{Department.Key.ToUpperInvariant()}^^{Bed?.Name}";
}
