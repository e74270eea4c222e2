namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>The first thing that was wrong with a data set or a file. PS3.5, PS3.10.</summary>
internal enum DataSetFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It ends inside an element, an item or a sequence.</summary>
    Truncated,

    /// <summary>An element that runs beyond the item or sequence around it. PS3.5, section 7.1.</summary>
    Overrun,

    /// <summary>A value representation that does not exist. PS3.5, section 6.2.</summary>
    UnknownVr,

    /// <summary>An undefined length where none may be. PS3.5, section 7.1.1.</summary>
    UndefinedLength,

    /// <summary>An element where only items may be. PS3.5, section 7.5.</summary>
    ItemExpected,

    /// <summary>A delimiter that ends nothing, or one that is missing. PS3.5, section 7.5.</summary>
    Delimiter,

    /// <summary>Sequences in each other beyond the limit.</summary>
    TooDeep,

    /// <summary>Bytes behind the last element that are neither elements nor padding.</summary>
    Trailing,

    /// <summary>Packed bytes that cannot be unpacked. PS3.5, annex A.5.</summary>
    Deflate,

    /// <summary>A file without a prefix or with a meta group that cannot be read. PS3.10, section 7.1.</summary>
    Meta,
}
