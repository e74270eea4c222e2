namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>Codes of the Data Export protocol that the lab uses. Philips, Data Export Interface Programming Guide (4535 642 59271, rev. G.0), chapters 5 to 7; names as there, without their prefix.</summary>
internal static class Nomenclature
{
    // Object classes.
    internal const ushort Numeric = 0x0006;
    internal const ushort MedicalDeviceSystem = 0x0021;
    internal const ushort PatientDemographics = 0x002A;
    internal const ushort AlertMonitor = 0x0036;

    // Attribute groups.
    internal const ushort AllGroups = 0x0000;
    internal const ushort ObservedValues = 0x0803;
    internal const ushort Demographics = 0x0807;
    internal const ushort SystemIdentification = 0x080B;
    internal const ushort SystemProduction = 0x080C;

    // Events and actions.
    internal const ushort SystemCreated = 0x0D06;
    internal const ushort Poll = 0x0C16;
    internal const ushort PollExtended = 0xF13B;

    // Attributes of the system.
    internal const ushort AreaOfApplication = 0x090D;
    internal const ushort BedLabel = 0x091E;
    internal const ushort AssociationNumber = 0x091D;
    internal const ushort SystemModel = 0x0928;
    internal const ushort ProductionSpecification = 0x092D;
    internal const ushort LineFrequency = 0x0935;
    internal const ushort Localization = 0x0937;
    internal const ushort OperatingMode = 0x0946;
    internal const ushort NomenclatureVersion = 0x0948;
    internal const ushort Safety = 0x0982;
    internal const ushort SystemId = 0x0984;
    internal const ushort SystemSpecification = 0x0985;
    internal const ushort SystemType = 0x0986;
    internal const ushort AbsoluteTime = 0x0987;
    internal const ushort RelativeTime = 0x098F;
    internal const ushort SystemStatus = 0x09A7;

    // Attributes of numerics.
    internal const ushort Color = 0x0911;
    internal const ushort DisplayResolution = 0x0917;
    internal const ushort Handle = 0x0921;
    internal const ushort Label = 0x0924;
    internal const ushort LabelString = 0x0927;
    internal const ushort ObjectType = 0x092F;
    internal const ushort MetricSpecification = 0x093F;
    internal const ushort CompoundValue = 0x094B;
    internal const ushort Value = 0x0950;
    internal const ushort AbsoluteTimeStamp = 0x0990;

    // Attributes of the patient.
    internal const ushort AdmissionState = 0x0957;
    internal const ushort BirthDate = 0x0958;
    internal const ushort PatientId = 0x095A;
    internal const ushort FamilyName = 0x095C;
    internal const ushort GivenName = 0x095D;
    internal const ushort Sex = 0x0961;
    internal const ushort PatientType = 0x0962;
    internal const ushort PacedMode = 0x0A1E;

    // Association.
    internal const ushort PollProfile = 0x0001;
    internal const ushort PollProfileExtension = 0xF001;
    internal const uint Client = 0x8000_0000;
    internal const uint Server = 0x0080_0000;
}
