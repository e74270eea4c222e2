using System.Collections.Frozen;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>The elements that the lab writes or reads, with their value representations. PS3.6, chapter 6; PS3.7, Annex E for group 0000.</summary>
internal static class DicomTags
{
    internal const uint CommandGroupLength = 0x0000_0000;
    internal const uint AffectedSopClassUid = 0x0000_0002;
    internal const uint RequestedSopClassUid = 0x0000_0003;
    internal const uint CommandField = 0x0000_0100;
    internal const uint MessageId = 0x0000_0110;
    internal const uint MessageIdRespondedTo = 0x0000_0120;
    internal const uint CommandDataSetType = 0x0000_0800;
    internal const uint Status = 0x0000_0900;
    internal const uint ErrorComment = 0x0000_0902;
    internal const uint ErrorId = 0x0000_0903;
    internal const uint AffectedSopInstanceUid = 0x0000_1000;
    internal const uint RequestedSopInstanceUid = 0x0000_1001;
    internal const uint EventTypeId = 0x0000_1002;
    internal const uint ActionTypeId = 0x0000_1008;
    internal const uint SpecificCharacterSet = 0x0008_0005;
    internal const uint AccessionNumber = 0x0008_0050;
    internal const uint RetrieveAeTitle = 0x0008_0054;
    internal const uint Modality = 0x0008_0060;
    internal const uint ProcedureCodeSequence = 0x0008_1032;
    internal const uint SeriesDescription = 0x0008_103E;
    internal const uint PerformingPhysicianName = 0x0008_1050;
    internal const uint OperatorsName = 0x0008_1070;
    internal const uint ReferencedStudySequence = 0x0008_1110;
    internal const uint ReferencedPatientSequence = 0x0008_1120;
    internal const uint ReferencedImageSequence = 0x0008_1140;
    internal const uint ReferencedSopClassUid = 0x0008_1150;
    internal const uint ReferencedSopInstanceUid = 0x0008_1155;
    internal const uint TransactionUid = 0x0008_1195;
    internal const uint FailureReason = 0x0008_1197;
    internal const uint FailedSopSequence = 0x0008_1198;
    internal const uint ReferencedSopSequence = 0x0008_1199;
    internal const uint PatientName = 0x0010_0010;
    internal const uint PatientId = 0x0010_0020;
    internal const uint PatientBirthDate = 0x0010_0030;
    internal const uint PatientSex = 0x0010_0040;
    internal const uint ProtocolName = 0x0018_1030;
    internal const uint StudyInstanceUid = 0x0020_000D;
    internal const uint SeriesInstanceUid = 0x0020_000E;
    internal const uint StudyId = 0x0020_0010;
    internal const uint RequestedProcedureDescription = 0x0032_1060;
    internal const uint ScheduledProcedureStepDescription = 0x0040_0007;
    internal const uint ScheduledProtocolCodeSequence = 0x0040_0008;
    internal const uint ScheduledProcedureStepId = 0x0040_0009;
    internal const uint ReferencedNonImageSequence = 0x0040_0220;
    internal const uint PerformedStationAeTitle = 0x0040_0241;
    internal const uint PerformedStationName = 0x0040_0242;
    internal const uint PerformedLocation = 0x0040_0243;
    internal const uint StepStartDate = 0x0040_0244;
    internal const uint StepStartTime = 0x0040_0245;
    internal const uint StepEndDate = 0x0040_0250;
    internal const uint StepEndTime = 0x0040_0251;
    internal const uint StepStatus = 0x0040_0252;
    internal const uint StepId = 0x0040_0253;
    internal const uint StepDescription = 0x0040_0254;
    internal const uint StepTypeDescription = 0x0040_0255;
    internal const uint PerformedProtocolCodeSequence = 0x0040_0260;
    internal const uint ScheduledStepAttributesSequence = 0x0040_0270;
    internal const uint DiscontinuationReasonCodeSequence = 0x0040_0281;
    internal const uint PerformedSeriesSequence = 0x0040_0340;
    internal const uint RequestedProcedureId = 0x0040_1001;

    private static readonly FrozenDictionary<uint, string> Known = Table(
        ("UL", [CommandGroupLength]),
        ("US", [CommandField, MessageId, MessageIdRespondedTo, CommandDataSetType, Status, ErrorId, EventTypeId, ActionTypeId, FailureReason]),
        ("UI", [AffectedSopClassUid, RequestedSopClassUid, AffectedSopInstanceUid, RequestedSopInstanceUid, ReferencedSopClassUid, ReferencedSopInstanceUid, TransactionUid, StudyInstanceUid, SeriesInstanceUid]),
        ("LO", [ErrorComment, SeriesDescription, PatientId, ProtocolName, RequestedProcedureDescription, ScheduledProcedureStepDescription, StepDescription, StepTypeDescription]),
        ("CS", [SpecificCharacterSet, Modality, PatientSex, StepStatus]),
        ("SH", [AccessionNumber, StudyId, ScheduledProcedureStepId, PerformedStationName, PerformedLocation, StepId, RequestedProcedureId]),
        ("AE", [RetrieveAeTitle, PerformedStationAeTitle]),
        ("PN", [PerformingPhysicianName, OperatorsName, PatientName]),
        ("DA", [PatientBirthDate, StepStartDate, StepEndDate]),
        ("TM", [StepStartTime, StepEndTime]),
        ("SQ", [ProcedureCodeSequence, ReferencedStudySequence, ReferencedPatientSequence, ReferencedImageSequence, FailedSopSequence, ReferencedSopSequence, ScheduledProtocolCodeSequence,
            ReferencedNonImageSequence, PerformedProtocolCodeSequence, ScheduledStepAttributesSequence, DiscontinuationReasonCodeSequence, PerformedSeriesSequence]));

    /// <summary>Value representation of an element; UN for one that the lab does not know.</summary>
    public static string RepresentationOf(uint tag) => Known.GetValueOrDefault(tag, "UN");

    private static FrozenDictionary<uint, string> Table(params (string Representation, uint[] Tags)[] rows) =>
        rows.SelectMany(row => row.Tags.Select(tag => (tag, row.Representation))).ToFrozenDictionary(pair => pair.tag, pair => pair.Representation);
}
