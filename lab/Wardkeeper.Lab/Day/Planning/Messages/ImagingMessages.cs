namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>Orders for and reports of examinations. HL7 v2.3, chapter 4, and v2.5, chapter 7.</summary>
internal static class ImagingMessages
{
    /// <summary>ORM^O01 from the hospital's system to the radiology's.</summary>
    public static Step Order(DayDraft draft, TimeSpan at, Stay stay, Exam exam, string code, string order) => new HlDraft
    {
        At = at,
        From = "his",
        To = "ris",
        Version = "2.3",
        Type = "ORM^O01",
        Patient = exam.Patient,
        Segments =
        [
            PatientSegments.Pid(exam.Patient),
            PatientSegments.Pv1(stay),
            Hl7.Segment("ORC", (1, "NW"), (2, order + "^HIS"), (7, "^^^" + Hl7.Time(exam.Scheduled) + "^^R"), (9, Hl7.Time(draft.Local(at))), (12, stay.Visit.Doctor)),
            Hl7.Segment("OBR", (1, "1"), (2, order + "^HIS"), (4, $"{code}^{Hl7.Escape(exam.Description)}^L"), (5, "R"), (16, stay.Visit.Doctor), (18, exam.Accession), (24, exam.Modality), (36, Hl7.Time(exam.Scheduled))),
        ],
    }.In(draft);

    /// <summary>ORU^R01 with the report.</summary>
    public static Step Report(DayDraft draft, TimeSpan at, Stay stay, Exam exam, string code, string order, string reader, string conclusion) => new HlDraft
    {
        At = at,
        From = "ris",
        To = "his",
        Version = "2.5",
        Type = "ORU^R01",
        Structure = "ORU_R01",
        Patient = exam.Patient,
        Segments =
        [
            PatientSegments.Pid(exam.Patient),
            PatientSegments.Pv1(stay),
            Hl7.Segment("OBR", (1, "1"), (2, order.Length > 0 ? order + "^HIS" : ""), (3, exam.Accession + "^RIS"), (4, $"{code}^{Hl7.Escape(exam.Description)}^L"), (7, Hl7.Time(exam.Scheduled)), (16, stay.Visit.Doctor),
                (22, Hl7.Time(draft.Local(at))), (24, exam.Modality), (25, "F"), (32, reader)),
            Hl7.Segment("OBX", (1, "1"), (2, "TX"), (3, "18782-3^Study observation^LN"), (5, Hl7.Escape(conclusion)), (11, "F"), (14, Hl7.Time(draft.Local(at)))),
            Hl7.Segment("OBX", (1, "2"), (2, "HD"), (3, "113014^Study Instance UID^DCM"), (5, exam.StudyUid), (11, "F")),
        ],
    }.In(draft);
}
