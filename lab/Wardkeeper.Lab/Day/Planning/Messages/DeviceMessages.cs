using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning.Messages;

/// <summary>
/// What bedside devices report: observations (IHE PCD-01), alarms (PCD-04), infusion events (PCD-10). IHE Patient Care Device
/// Technical Framework, volume 2; codes of ISO/IEEE 11073-10101. The device says which it is by its EUI-64 in OBX-18 and, for pumps, in PRT.
/// </summary>
internal static class DeviceMessages
{
    private const string Observations = "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO", Alarms = "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.4.1^ISO", Infusions = "IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.1.10.1^ISO";
    private static readonly IReadOnlyList<PlanRow> VitalSigns = PlanTable.Read("vitals");

    /// <summary>A monitor's vital signs.</summary>
    public static Step Vitals(DayDraft draft, TimeSpan at, HospitalDevice device, Stay stay, Dice dice) => Message(draft, at, device, stay, "ORU^R01", "ORU_R01", Observations, "182777000^monitoring of patient^SCT",
    [
        Whole("69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC", device, at, draft),
        .. VitalSigns.Select(row => new Observed("NM", $"{row["code"]}^{row["reference"]}^MDC", row["path"], Value(row, dice), $"{row["unit"]}^{row["unit-reference"]}^MDC")),
    ]);

    /// <summary>A monitor's alarm: a value left its limits.</summary>
    public static Step VitalAlarm(DayDraft draft, TimeSpan at, HospitalDevice device, Stay stay, Dice dice)
    {
        bool isHigh = dice.Chance(50);
        string value = (isHigh ? dice.Between(131, 178) : dice.Between(28, 44)).ToString(CultureInfo.InvariantCulture);
        return Message(draft, at, device, stay, "ORU^R40", "ORU_R40", Alarms, "196616^MDC_EVT_ALARM^MDC",
        [
            new("CWE", "196616^MDC_EVT_ALARM^MDC", "1.0.0.0.1", isHigh ? "196648^MDC_EVT_HI^MDC" : "196670^MDC_EVT_LO^MDC", "", isHigh ? "H~PH~SP" : "L~PH~SP"),
            new("NM", "147842^MDC_ECG_HEART_RATE^MDC", "1.7.4.1", value, "264864^MDC_DIM_BEAT_PER_MIN^MDC", isHigh ? "H" : "L", "45-130"),
            .. State(),
        ]);
    }

    /// <summary>A pump's state while it infuses.</summary>
    public static Step Infusing(DayDraft draft, TimeSpan at, Infusion infusion, string left) => Message(draft, at, infusion.Pump, infusion.Stay, "ORU^R01", "ORU_R01", Observations, infusion.Drug, [.. Pump(draft, at, infusion), .. Delivery(infusion, "infusing", left)]);

    /// <summary>A pump's event: delivery starts, stops or is complete.</summary>
    public static Step InfusionEvent(DayDraft draft, TimeSpan at, Infusion infusion, string condition, string status, string left) => Message(draft, at, infusion.Pump, infusion.Stay, "ORU^R42", "ORU_R01", Infusions, infusion.Drug,
    [
        .. Pump(draft, at, infusion),
        new("CWE", "68487^MDC_ATTR_EVT_COND^MDC", "1.0.0.2", condition),
        new("ST", "68488^MDC_ATTR_EVT_SOURCE^MDC", "1.0.0.3", "1.1.2.0"),
        .. Delivery(infusion, status, left),
    ]);

    /// <summary>A pump's alarm.</summary>
    public static Step PumpAlarm(DayDraft draft, TimeSpan at, Infusion infusion, string condition) => Message(draft, at, infusion.Pump, infusion.Stay, "ORU^R40", "ORU_R40", Alarms, "196616^MDC_EVT_ALARM^MDC",
    [
        new("CWE", "196616^MDC_EVT_ALARM^MDC", "1.0.0.0.1", condition, "", "ST"), Whole(Kind(infusion.Pump), infusion.Pump, at, draft), .. State(),
    ]);

    /// <summary>A pharmacy's order to the gateway of the pumps: RDE^O11. HL7 v2.5, chapter 4.</summary>
    public static Step Prescription(DayDraft draft, TimeSpan at, Infusion infusion) => new HlDraft
    {
        At = at,
        From = "his",
        To = "pcd",
        Version = "2.5",
        Type = "RDE^O11",
        Structure = "RDE_O11",
        Patient = infusion.Stay.Visit.Patient,
        Segments =
        [
            PatientSegments.Pid(infusion.Stay.Visit.Patient),
            PatientSegments.Pv1(infusion.Stay),
            Hl7.Segment("ORC", (1, "NW"), (2, infusion.Order + "^HIS"), (9, Hl7.Time(draft.Local(at))), (12, infusion.Stay.Visit.Doctor)),
            Hl7.Segment("RXE", (1, "^^^" + Hl7.Time(draft.Local(infusion.Begin))), (2, infusion.Drug), (3, infusion.Volume.ToString(CultureInfo.InvariantCulture)), (5, "263762^MDC_DIM_MILLI_L^MDC"), (23, infusion.Rate), (24, "265266^MDC_DIM_MILLI_L_PER_HR^MDC")),
            Hl7.Segment("RXR", (1, "IV^Intravenous^HL70162")),
        ],
    }.In(draft);

    private static Step Message(DayDraft draft, TimeSpan at, HospitalDevice device, Stay stay, string type, string structure, string profile, string service, IReadOnlyList<Observed> observed)
    {
        string time = Hl7.ZonedTime(draft.Local(at)), number = draft.Number("report/" + device.Key, 5), application = device.HlApplication!;
        List<string> segments = [PatientSegments.ShortPid(stay.Visit.Patient), PatientSegments.Pv1(stay), Hl7.Segment("OBR", (1, "1"), (2, $"{number}^{application}"), (3, $"{number}^{application}"), (4, service), (7, time))];
        for (int i = 0; i < observed.Count; i++)
        {
            Observed one = observed[i];
            segments.Add(Hl7.Segment("OBX", (1, $"{i + 1}"), (2, one.Kind), (3, one.What), (4, one.Path), (5, one.Value), (6, one.Unit), (7, one.Range), (8, one.Flag), (11, one.Kind.Length > 0 ? "R" : "X"), (14, time), (18, one.Device)));
            if (one.Device.Length > 0 && IsPump(device)) segments.Add(Hl7.Segment("PRT", (1, "1"), (2, "UC"), (4, "EQUIP^Equipment^HL70912"), (10, one.Device)));
        }
        return new HlDraft { At = at, From = device.Key, To = "pcd", Version = "2.6", Type = type, Structure = structure, Profile = profile, Patient = stay.Visit.Patient, Segments = segments }.In(draft);
    }

    private static Observed Whole(string kind, HospitalDevice device, TimeSpan at, DayDraft draft) => new("", kind, "1.0.0.0", "") { Device = Identity(device) };

    private static IEnumerable<Observed> Pump(DayDraft draft, TimeSpan at, Infusion infusion) =>
    [
        Whole(Kind(infusion.Pump), infusion.Pump, at, draft),
        new("ST", "531975^MDC_ID_PROD_SPEC_SW^MDC", "1.0.0.1", Hl7.Escape(infusion.Pump.SoftwareVersion)),
    ];

    private static IEnumerable<Observed> Delivery(Infusion infusion, string status, string left) =>
    [
        new("ST", "184330^MDC_DRUG_NAME_TYPE^MDC", "1.1.1.1", Hl7.Escape(infusion.DrugName)),
        new("NM", "157784^MDC_FLOW_FLUID_PUMP^MDC", "1.1.2.1", status == "infusing" ? infusion.Rate : "0", "265266^MDC_DIM_MILLI_L_PER_HR^MDC"),
        new("NM", "157872^MDC_VOL_FLUID_TBI_REMAIN^MDC", "1.1.2.2", left, "263762^MDC_DIM_MILLI_L^MDC"),
        new("CWE", "184519^MDC_PUMP_INFUSING_STATUS^MDC", "1.1.2.3", "^pump-status-" + status),
    ];

    private static IEnumerable<Observed> State() => [new("ST", "68481^MDC_ATTR_EVENT_PHASE^MDC", "1.0.0.0.3", "start"), new("ST", "68482^MDC_ATTR_ALARM_STATE^MDC", "1.0.0.0.4", "active")];

    private static string Identity(HospitalDevice device) => $"{Hl7.Escape(device.Serial)}^^{device.HlApplication!.Split('^')[1]}^EUI-64";

    private static bool IsPump(HospitalDevice device) => device.Type is "infusion-pump" or "syringe-pump";

    private static string Kind(HospitalDevice pump) => pump.Type == "syringe-pump" ? "70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC" : "70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC";

    private static string Value(PlanRow row, Dice dice)
    {
        int scale = row.Number("decimals") == 0 ? 1 : 10;
        int least = (int)Math.Round(scale * double.Parse(row["low"], CultureInfo.InvariantCulture)), most = (int)Math.Round(scale * double.Parse(row["high"], CultureInfo.InvariantCulture));
        int value = dice.Between(least, most);
        return scale == 1 ? value.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{value / scale}.{value % scale}");
    }

    private sealed record Observed(string Kind, string What, string Path, string Value, string Unit = "", string Flag = "", string Range = "")
    {
        public string Device { get; init; } = "";
    }
}

/// <summary>Something that a pump gives to a patient.</summary>
/// <param name="Pump">Pump.</param>
/// <param name="Stay">Whom.</param>
/// <param name="Order">Order number.</param>
/// <param name="Code">The hospital's code of the drug.</param>
/// <param name="DrugName">Drug as ordered.</param>
/// <param name="Rate">Millilitres an hour.</param>
/// <param name="Volume">Millilitres in all.</param>
/// <param name="Begin">From when.</param>
/// <param name="End">Until when.</param>
internal sealed record Infusion(HospitalDevice Pump, Stay Stay, string Order, string Code, string DrugName, string Rate, int Volume, TimeSpan Begin, TimeSpan End)
{
    /// <summary>The drug as a coded element.</summary>
    public string Drug => $"{Code}^{Hl7.Escape(DrugName)}^L";
}
