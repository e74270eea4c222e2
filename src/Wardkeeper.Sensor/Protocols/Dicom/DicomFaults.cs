using Wardkeeper.Sensor.Formats.Dicom;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>Every way a DICOM stream can be wrong, with the section that says so.</summary>
internal static class DicomFaults
{
    /// <summary>A PDU type that does not exist, where a PDU must begin.</summary>
    public static readonly Fault UnknownPdu = new("dicom.unknown-pdu", "PS3.8 9.3.1");

    /// <summary>An A-ASSOCIATE PDU longer than is sensible; it is passed over.</summary>
    public static readonly Fault PduTooLong = new("dicom.pdu-too-long", "PS3.8 9.3.2");

    /// <summary>A length that this type of PDU cannot have.</summary>
    public static readonly Fault PduLength = new("dicom.pdu-length", "PS3.8 9.3");

    /// <summary>A P-DATA-TF PDU longer than its receiver said it would take.</summary>
    public static readonly Fault PduExceedsMaximum = new("dicom.pdu-exceeds-maximum", "PS3.8 D.1");

    /// <summary>A PDU that may not come at this point of an association.</summary>
    public static readonly Fault UnexpectedPdu = new("dicom.unexpected-pdu", "PS3.8 9.2.3");

    /// <summary>A variable item that runs beyond its PDU or its parent item.</summary>
    public static readonly Fault ItemOverrun = new("dicom.item-overrun", "PS3.8 9.3.2");

    /// <summary>More items than an association may hold; the rest is not kept.</summary>
    public static readonly Fault TooManyItems = new("dicom.too-many-items", "PS3.8 9.3.2.2");

    /// <summary>A presentation context identifier that is even or stands twice.</summary>
    public static readonly Fault ContextId = new("dicom.context-id", "PS3.8 9.3.2.2");

    /// <summary>A presentation data value that is shorter than its own header or runs beyond its PDU.</summary>
    public static readonly Fault PdvLength = new("dicom.pdv-length", "PS3.8 9.3.5.1");

    /// <summary>A command set longer than 64 KiB; it is passed over.</summary>
    public static readonly Fault CommandTooLong = new("dicom.command-too-long", "PS3.7 6.3.1");

    /// <summary>A command element that runs beyond its set, or an element of another group.</summary>
    public static readonly Fault CommandElement = new("dicom.command-element", "PS3.7 6.3.1");

    /// <summary>The command group length is missing or not what is there.</summary>
    public static readonly Fault CommandGroupLength = new("dicom.command-group-length", "PS3.7 E.1");

    /// <summary>A command set without a field that its command must have.</summary>
    public static readonly Fault CommandIncomplete = new("dicom.command-incomplete", "PS3.7 9.3");

    /// <summary>A command field that does not exist.</summary>
    public static readonly Fault UnknownCommand = new("dicom.unknown-command", "PS3.7 E.1");

    /// <summary>A data set was announced and another message came instead.</summary>
    public static readonly Fault DataSetMissing = new("dicom.data-set-missing", "PS3.7 6.3.1");

    /// <summary>A data set that no command announced.</summary>
    public static readonly Fault DataSetUnannounced = new("dicom.data-set-unannounced", "PS3.7 6.3.1");

    /// <summary>A unique identifier with other characters than digits and dots, or longer than 64.</summary>
    public static readonly Fault MalformedUid = new("dicom.malformed-uid", "PS3.5 9.1");

    /// <summary>A message identifier of a request that is still outstanding was used again.</summary>
    public static readonly Fault MessageIdReused = new("dicom.message-id-reused", "PS3.7 9.1");

    /// <summary>More requests are outstanding than are followed; the oldest is let go.</summary>
    public static readonly Fault TooManyOutstanding = new("dicom.too-many-outstanding", "PS3.7 D.3.3.3");

    /// <summary>A data set that ends inside an element, an item or a sequence.</summary>
    public static readonly Fault DataSetTruncated = new("dicom.data-set-truncated", "PS3.5 7.1");

    /// <summary>An element that runs beyond the item or sequence around it.</summary>
    public static readonly Fault ElementOverrun = new("dicom.element-overrun", "PS3.5 7.1");

    /// <summary>A value representation that does not exist, or an undefined length that it cannot have.</summary>
    public static readonly Fault ValueRepresentation = new("dicom.value-representation", "PS3.5 6.2");

    /// <summary>Items or delimiters of a sequence where they may not be, or missing where they must be.</summary>
    public static readonly Fault SequenceStructure = new("dicom.sequence-structure", "PS3.5 7.5");

    /// <summary>Sequences in each other beyond the limit; the rest of the data set is passed over.</summary>
    public static readonly Fault SequenceTooDeep = new("dicom.sequence-too-deep", "PS3.5 7.5");

    /// <summary>A deflated data set that cannot be unpacked.</summary>
    public static readonly Fault DeflatedDataSet = new("dicom.deflated-data-set", "PS3.5 A.5");

    /// <summary>Bytes behind the last element of a data set that are neither elements nor padding.</summary>
    public static readonly Fault DataSetTrailing = new("dicom.data-set-trailing", "PS3.5 7.1");

    /// <summary>A file whose prefix or meta group cannot be read.</summary>
    public static readonly Fault FileMeta = new("dicom.file-meta", "PS3.10 7.1");

    /// <summary>The fault for what was wrong with a data set; null when nothing was.</summary>
    public static Fault? Of(DataSetFault fault) => fault switch
    {
        DataSetFault.None => null,
        DataSetFault.Truncated => DataSetTruncated,
        DataSetFault.Overrun => ElementOverrun,
        DataSetFault.UnknownVr or DataSetFault.UndefinedLength => ValueRepresentation,
        DataSetFault.ItemExpected or DataSetFault.Delimiter => SequenceStructure,
        DataSetFault.TooDeep => SequenceTooDeep,
        DataSetFault.Deflate => DeflatedDataSet,
        DataSetFault.Trailing => DataSetTrailing,
        _ => FileMeta,
    };
}
