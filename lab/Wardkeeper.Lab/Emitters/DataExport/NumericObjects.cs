namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>A monitor's numerics. Programming guide, chapter 7, "Numeric Object"; labels and units from its chapters 8 and 9.</summary>
internal static class NumericObjects
{
    private const ushort BeatsPerMinute = 0x0AA0, Percent = 0x0220, BreathsPerMinute = 0x0AE0, Mercury = 0x0F20, Celsius = 0x17A0;
    private const ushort Green = 2, Cyan = 6, Yellow = 3, Magenta = 5;
    private const uint UpdatedEverySecond = 0x2000;

    /// <summary>All numerics.</summary>
    /// <param name="signs">Values.</param>
    /// <param name="at">When the blood pressure was measured, local time.</param>
    /// <param name="observedOnly">Whether only the group of observed values is wanted.</param>
    public static IReadOnlyList<PolledObject> Of(VitalSigns signs, DateTime at, bool observedOnly)
    {
        ExportAttribute measured = new(Nomenclature.AbsoluteTimeStamp, Wire.Time(at));
        return
        [
            Simple(0x8101, 0x4182, "HR", Green, BeatsPerMinute, signs.HeartRate, observedOnly),
            Simple(0x8102, 0x4BB8, "SpO₂", Cyan, Percent, signs.Saturation, observedOnly),
            Simple(0x8103, 0x4822, "Pulse", Cyan, BeatsPerMinute, signs.HeartRate, observedOnly),
            Simple(0x8104, 0x500A, "RR", Yellow, BreathsPerMinute, signs.RespirationRate, observedOnly),
            new(0x8105, [.. observedOnly ? [] : Described(0x8105, 0x4A04, "NBP", Magenta, 3), measured, new(Nomenclature.CompoundValue, Wire.List(
                Observed(0x4A05, Mercury, signs.Systolic), Observed(0x4A06, Mercury, signs.Diastolic), Observed(0x4A07, Mercury, signs.Mean)))]),
            Simple(0x8106, 0x4B48, "Temp", Green, Celsius, signs.Temperature, observedOnly),
        ];
    }

    private static PolledObject Simple(ushort handle, ushort code, string name, ushort color, ushort unit, decimal value, bool observedOnly) =>
        new(handle, [.. observedOnly ? [] : Described(handle, code, name, color, 0), new(Nomenclature.Value, Observed(code, unit, value))]);

    /// <summary>What stays the same: handle, type, specification, label, its text, digits, color.</summary>
    private static IReadOnlyList<ExportAttribute> Described(ushort handle, ushort code, string name, ushort color, byte components) =>
    [
        new(Nomenclature.Handle, Wire.Words(handle)),
        new(Nomenclature.ObjectType, Wire.Words(1, Nomenclature.Numeric)),
        // Category 1: measured; access 4228: by polling; simple, or compound of so many; relevance 0.
        new(Nomenclature.MetricSpecification, [.. Wire.Longs(UpdatedEverySecond), .. Wire.Words(1, 0x4228), components > 0 ? (byte)1 : (byte)0, components, 0, 0]),
        new(Nomenclature.Label, Wire.Words(2, code)),
        new(Nomenclature.LabelString, Wire.Text(name)),
        new(Nomenclature.DisplayResolution, [3, code == 0x4B48 ? (byte)1 : (byte)0]),
        new(Nomenclature.Color, Wire.Words(color)),
    ];

    /// <summary>NuObsValue: what, measurement state (0: valid), unit, value.</summary>
    private static byte[] Observed(ushort code, ushort unit, decimal value) => [.. Wire.Words(code, 0, unit), .. Wire.Float(value)];
}
