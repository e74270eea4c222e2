using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>
/// What a monitor shows of itself, its patient and his values. Programming guide, chapter 7. Which attributes there are, and in which
/// order, is as a published recording of a real monitor has them.
/// </summary>
internal static class MonitorObjects
{
    private const ushort DemographicsHandle = 0x0050;
    private const ushort PhysiologicalMonitor = 0x114D;
    private const ushort IntensiveCare = 1, FiftyHertz = 1, Operating = 6;
    private const ushort Admitted = 2, Empty = 0, Male = 1, Female = 2, Adult = 1;
    private const ushort SerialNumber = 1, SoftwareRevision = 4, Product = 0x0008, ApplicationSoftware = 0x0058;
    private const ushort ObjectPartition = 1, ObjectSupport = 0x0102;

    /// <summary>The system's attributes, as the create event and the group of its identification have them.</summary>
    /// <param name="device">Monitor.</param>
    /// <param name="association">Number of the association.</param>
    /// <param name="at">Local time.</param>
    public static IReadOnlyList<ExportAttribute> System(HospitalDevice device, ushort association, DateTime at) =>
    [
        new(Nomenclature.SystemId, Wire.Address(device.Mac)),
        new(Nomenclature.SystemType, Wire.Words(ObjectPartition, PhysiologicalMonitor)),
        new(Nomenclature.AssociationNumber, Wire.Words(association)),
        new(Nomenclature.SystemModel, [.. Wire.Label(device.Vendor), .. Wire.Label(device.Model)]),
        new(Nomenclature.NomenclatureVersion, Wire.Longs(0x0001_0000)),
        // Text catalogue, language 1 (English), format 11 (UNICODE).
        new(Nomenclature.Localization, [.. Wire.Longs(0x0632_0632), .. Wire.Words(1, 11)]),
        new(Nomenclature.OperatingMode, Wire.Words(0x2000)),
        new(Nomenclature.AreaOfApplication, Wire.Words(IntensiveCare)),
        new(Nomenclature.LineFrequency, Wire.Words(FiftyHertz)),
        new(Nomenclature.Safety, Wire.Words(0)),
        new(Nomenclature.SystemStatus, Wire.Words(Operating)),
        new(Nomenclature.BedLabel, Wire.Text(device.HostName)),
        new(Nomenclature.AbsoluteTime, Wire.Time(at)),
        new(Nomenclature.RelativeTime, Wire.Longs(Wire.Ticks(at))),
        new(Nomenclature.SystemSpecification, Wire.List([.. Wire.Words(ObjectSupport), .. Wire.Counted(Wire.List(
            Support(Nomenclature.MedicalDeviceSystem, 1), Support(Nomenclature.Numeric, 201), Support(Nomenclature.PatientDemographics, 1), Support(Nomenclature.AlertMonitor, 1)))])),
    ];

    /// <summary>What it is made of: serial number and software revision.</summary>
    public static IReadOnlyList<ExportAttribute> Production(HospitalDevice device) =>
    [
        new(Nomenclature.ProductionSpecification, Wire.List(
            [.. Wire.Words(SerialNumber, Product), .. Wire.Label(device.Serial)],
            [.. Wire.Words(SoftwareRevision, ApplicationSoftware), .. Wire.Label(device.SoftwareVersion)])),
    ];

    /// <summary>The patient's demographics.</summary>
    /// <param name="patient">Patient, or null for an empty bed.</param>
    public static PolledObject Demographics(HospitalPatient? patient) => new(DemographicsHandle,
    [
        new(Nomenclature.Handle, Wire.Words(DemographicsHandle)),
        new(Nomenclature.AdmissionState, Wire.Words(patient is null ? Empty : Admitted)),
        new(Nomenclature.PatientType, Wire.Words(Adult)),
        new(Nomenclature.PacedMode, Wire.Words(0)),
        new(Nomenclature.GivenName, Wire.Text(patient?.Given ?? "")),
        new(Nomenclature.FamilyName, Wire.Text(patient?.Family ?? "")),
        new(Nomenclature.PatientId, Wire.Text(patient?.Id ?? "")),
        new(Nomenclature.Sex, Wire.Words(patient?.Sex switch { "M" => Male, "F" => Female, _ => (ushort)0 })),
        new(Nomenclature.BirthDate, patient is null ? new byte[8] : Wire.Time(patient.Birth.ToDateTime(default))),
    ]);

    private static byte[] Support(ushort objectClass, uint most) => [.. Wire.Words(ObjectPartition, objectClass), .. Wire.Longs(most)];
}
