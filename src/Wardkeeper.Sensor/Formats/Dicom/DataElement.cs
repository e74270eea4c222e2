using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>One element that its consumer wanted. The value is valid during the call only.</summary>
internal readonly ref struct DataElement
{
    /// <summary>Group and element.</summary>
    public required uint Tag { get; init; }

    /// <summary>The sequence in whose item it stands; 0 at the top.</summary>
    public required uint Sequence { get; init; }

    /// <summary>Items around it; 0 at the top.</summary>
    public required int Depth { get; init; }

    /// <summary>Its bytes, padding included; at most <see cref="DataSetReader.MaxValue"/> of them.</summary>
    public required ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether the value is longer than what is kept of it.</summary>
    public required bool IsCut { get; init; }

    /// <summary>Whether numbers begin with their highest byte.</summary>
    public required bool IsBigEndian { get; init; }

    /// <summary>How its text is written.</summary>
    public required CharacterSet CharacterSet { get; init; }

    /// <summary>An unsigned number of two bytes; null when it has none.</summary>
    public ushort? Number => Value.Length < 2 ? null : IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(Value) : BinaryPrimitives.ReadUInt16LittleEndian(Value);
}

/// <summary>Receives the elements of a data set that it wants, in their order.</summary>
internal interface IDataSetConsumer
{
    /// <summary>Whether it wants an element, or what stands in the items of a sequence. Pure.</summary>
    /// <param name="tag">Group and element.</param>
    /// <param name="sequence">The sequence in whose item it stands; 0 at the top.</param>
    /// <param name="depth">Items around it.</param>
    bool Wants(uint tag, uint sequence, int depth);

    /// <summary>An element that it wanted.</summary>
    void Take(in DataElement element);

    /// <summary>An item of a sequence begins; <paramref name="depth"/> counts the items around it.</summary>
    void BeginItem(uint sequence, int depth);
}
