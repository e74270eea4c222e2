namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>What may come at a level of a data set.</summary>
internal enum LevelKind : byte
{
    /// <summary>Elements: the top of a data set or an item.</summary>
    Elements,

    /// <summary>Items of a sequence.</summary>
    Items,

    /// <summary>Fragments of encapsulated pixel data, which are passed over.</summary>
    Fragments,
}

/// <summary>One level of a data set that is being read.</summary>
internal struct DataSetLevel
{
    /// <summary>What may come.</summary>
    public LevelKind Kind;

    /// <summary>Whether it ends with a delimiter, else by its length.</summary>
    public bool IsUndefined;

    /// <summary>How it is written: an unknown element of undefined length is implicit little endian inside, whatever is around it (PS3.5, section 6.2.2).</summary>
    public TransferSyntax Syntax;

    /// <summary>Position at which it and everything in it must be over.</summary>
    public long Limit;

    /// <summary>The sequence it is, or in which it is an item; 0 at the top.</summary>
    public uint Sequence;

    /// <summary>Items up to and including it.</summary>
    public int Depth;

    /// <summary>How text in it is written.</summary>
    public CharacterSet CharacterSet;
}
