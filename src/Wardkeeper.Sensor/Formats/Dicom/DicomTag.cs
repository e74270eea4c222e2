namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>The elements that are read, group in the higher half. PS3.6, chapter 6.</summary>
internal static class DicomTag
{
    public const uint Item = 0xFFFE_E000, ItemDelimiter = 0xFFFE_E00D, SequenceDelimiter = 0xFFFE_E0DD, PixelData = 0x7FE0_0010;

    public const uint MediaSopClass = 0x0002_0002, MediaSopInstance = 0x0002_0003, MediaTransferSyntax = 0x0002_0010;
    public const uint WriterUid = 0x0002_0012, WriterVersion = 0x0002_0013, SourceAe = 0x0002_0016;

    public const uint SpecificCharacterSet = 0x0008_0005, SopClass = 0x0008_0016, SopInstance = 0x0008_0018, StudyDate = 0x0008_0020;
    public const uint AccessionNumber = 0x0008_0050, QueryLevel = 0x0008_0052, RetrieveAe = 0x0008_0054, Modality = 0x0008_0060, ModalitiesInStudy = 0x0008_0061;
    public const uint Manufacturer = 0x0008_0070, Institution = 0x0008_0080, StationName = 0x0008_1010, Department = 0x0008_1040, Model = 0x0008_1090;
    public const uint ReferencedSopClass = 0x0008_1150, ReferencedSopInstance = 0x0008_1155, TransactionUid = 0x0008_1195;
    public const uint FailureReason = 0x0008_1197, FailedSopSequence = 0x0008_1198, ReferencedSopSequence = 0x0008_1199;

    public const uint PatientName = 0x0010_0010, PatientId = 0x0010_0020, PatientBirthDate = 0x0010_0030;
    public const uint SerialNumber = 0x0018_1000, SoftwareVersions = 0x0018_1020;
    public const uint StudyInstance = 0x0020_000D, SeriesInstance = 0x0020_000E, StudyId = 0x0020_0010;

    public const uint ScheduledStationAe = 0x0040_0001, ScheduledStartDate = 0x0040_0002, ScheduledStationName = 0x0040_0010, ScheduledStepSequence = 0x0040_0100;
    public const uint PerformedStationAe = 0x0040_0241, PerformedStationName = 0x0040_0242, StepStartDate = 0x0040_0244, StepStartTime = 0x0040_0245;
    public const uint StepEndDate = 0x0040_0250, StepEndTime = 0x0040_0251, StepStatus = 0x0040_0252, ScheduledAttributesSequence = 0x0040_0270, PerformedSeriesSequence = 0x0040_0340;

    public const uint Copies = 0x2000_0010, MediumType = 0x2000_0030, ImageDisplayFormat = 0x2010_0010, FilmSize = 0x2010_0050;
    public const uint PrinterStatus = 0x2110_0010, PrinterStatusInfo = 0x2110_0020, PrinterName = 0x2110_0030;

    /// <summary>Whether it begins or ends items; these elements have no value representation.</summary>
    public static bool IsDelimiter(uint tag) => tag is Item or ItemDelimiter or SequenceDelimiter;

    /// <summary>Whether it is one of the sequences that are read, for data sets that do not say so themselves.</summary>
    public static bool IsSequence(uint tag) => tag is ReferencedSopSequence or FailedSopSequence or ScheduledStepSequence or ScheduledAttributesSequence or PerformedSeriesSequence;

    /// <summary>Keyword of a matching key, as PS3.6 spells it; null for elements by which nobody is found.</summary>
    public static string? Keyword(uint tag) => tag switch
    {
        StudyDate => "StudyDate",
        AccessionNumber => "AccessionNumber",
        Modality => "Modality",
        ModalitiesInStudy => "ModalitiesInStudy",
        Institution => "InstitutionName",
        StationName => "StationName",
        PatientName => "PatientName",
        PatientId => "PatientID",
        PatientBirthDate => "PatientBirthDate",
        SopInstance => "SOPInstanceUID",
        StudyInstance => "StudyInstanceUID",
        SeriesInstance => "SeriesInstanceUID",
        StudyId => "StudyID",
        ScheduledStationAe => "ScheduledStationAETitle",
        ScheduledStartDate => "ScheduledProcedureStepStartDate",
        ScheduledStationName => "ScheduledStationName",
        _ => null,
    };
}
