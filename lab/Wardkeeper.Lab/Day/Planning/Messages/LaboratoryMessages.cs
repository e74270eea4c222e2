namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>Orders for and results of the laboratory. HL7 v2.3.1, v2.5 and v2.5.1, chapters 4 and 7.</summary>
internal static class LaboratoryMessages
{
    /// <summary>An order: OML^O21 of v2.5, or the older ORM^O01 of v2.3.1.</summary>
    public static Step Order(DayDraft draft, TimeSpan at, Stay stay, string order, string sample, string code, string name, bool isOld) => new HlDraft
    {
        At = at,
        From = "his",
        To = "lis",
        Version = isOld ? "2.3.1" : "2.5",
        Type = isOld ? "ORM^O01" : "OML^O21",
        Structure = isOld ? "" : "OML_O21",
        Patient = stay.Visit.Patient,
        Segments =
        [
            PatientSegments.Pid(stay.Visit.Patient),
            PatientSegments.Pv1(stay),
            Hl7.Segment("ORC", (1, "NW"), (2, order + "^HIS"), (9, Hl7.Time(draft.Local(at))), (12, stay.Visit.Doctor)),
            Hl7.Segment("OBR", (1, "1"), (2, order + "^HIS"), (3, sample + "^LIS"), (4, $"{code}^{name}^L"), (7, Hl7.Time(draft.Local(at))), (15, isOld ? "BLD" : ""), (16, stay.Visit.Doctor)),
        ],
    }.In(draft);

    /// <summary>Results that the laboratory, a ward's device or a clinic reports.</summary>
    /// <param name="draft">The day.</param>
    /// <param name="at">When.</param>
    /// <param name="from">Sender.</param>
    /// <param name="version">HL7 version.</param>
    /// <param name="stay">Whom and where.</param>
    /// <param name="order">Order number, or empty.</param>
    /// <param name="number">Number of the sample or the report.</param>
    /// <param name="panel">What was asked for: code, name, coding system.</param>
    /// <param name="results">Results with LOINC codes.</param>
    /// <param name="isCorrection">Whether results correct earlier ones.</param>
    public static Step Results(DayDraft draft, TimeSpan at, string from, string version, Stay stay, string order, string number, string panel, IReadOnlyList<TestResult> results, bool isCorrection = false) => new HlDraft
    {
        At = at,
        From = from,
        To = "his",
        Version = version,
        Type = "ORU^R01",
        Structure = version is "2.3" or "2.3.1" ? "" : "ORU_R01",
        Patient = stay.Visit.Patient,
        Segments =
        [
            PatientSegments.Pid(stay.Visit.Patient),
            PatientSegments.Pv1(stay),
            Hl7.Segment("OBR", (1, "1"), (2, order.Length > 0 ? order + "^HIS" : ""), (3, number + "^" + from.ToUpperInvariant()), (4, panel), (7, Hl7.Time(draft.Local(at))), (22, Hl7.Time(draft.Local(at))), (25, isCorrection ? "C" : "F")),
            .. results.Select((result, i) => Hl7.Segment("OBX", (1, $"{i + 1}"), (2, result.Measured.Value.All(letter => char.IsAsciiDigit(letter) || letter is '.' or '-') ? "NM" : "ST"),
                (3, $"{result.Loinc}^{Hl7.Escape(result.Measured.Name)}^LN"), (5, Hl7.Escape(result.Measured.Value)), (6, Hl7.Escape(result.Measured.Unit)), (7, result.Range), (8, result.Measured.Flag),
                (11, isCorrection ? "C" : "F"), (14, Hl7.Time(draft.Local(at))))),
        ],
    }.In(draft);
}

/// <summary>A measured value as the laboratory knows it.</summary>
/// <param name="Measured">What the analyser says.</param>
/// <param name="Loinc">Its LOINC code.</param>
/// <param name="Range">Reference range, OBX-7.</param>
internal sealed record TestResult(Measured Measured, string Loinc, string Range);
