namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>ADT messages. HL7 v2.4 and v2.5, chapter 3.</summary>
internal static class AdmissionMessages
{
    /// <summary>A patient is admitted (A01), transferred (A02), discharged (A03), registered (A04), or data changed (A08).</summary>
    /// <param name="draft">The day.</param>
    /// <param name="at">When.</param>
    /// <param name="trigger">Trigger event.</param>
    /// <param name="from">Sender.</param>
    /// <param name="to">Receiver.</param>
    /// <param name="stay">Whom and where.</param>
    /// <param name="isArrival">Of a transfer: whether the patient comes to the place of the stay; leaves it otherwise.</param>
    public static Step Of(DayDraft draft, TimeSpan at, string trigger, string from, string to, Stay stay, bool isArrival = true) => new HlDraft
    {
        At = at,
        From = from,
        To = to,
        Version = from == "his" ? "2.4" : "2.5",
        Type = "ADT^" + trigger,
        Structure = trigger switch { "A02" => "ADT_A02", "A03" => "ADT_A03", _ => "ADT_A01" },
        Patient = stay.Visit.Patient,
        Segments =
        [
            Hl7.Segment("EVN", (1, trigger), (2, Hl7.Time(draft.Local(at)))),
            PatientSegments.Pid(stay.Visit.Patient),
            trigger != "A02" ? PatientSegments.Pv1(stay) : isArrival ? PatientSegments.Pv1(stay, null, stay.Elsewhere) : PatientSegments.Pv1(stay, stay.Elsewhere, stay.Location),
        ],
    }.In(draft);
}
