namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>
/// Walks a list of attributes of the IEEE 11073 family: number of items and length of all, then for each its identifier, length and
/// value. ISO/IEEE 11073-20101, 6.3 (MDER); 11073-20601, annex A.
/// </summary>
internal ref struct AttributeList
{
    private SpanReader reader;
    private int left;

    /// <summary>Begins at the number of items.</summary>
    public AttributeList(ReadOnlySpan<byte> list)
    {
        reader = new SpanReader(Items(list, out left, out bool isCut));
        IsCut = isCut;
    }

    /// <summary>Whether the list, or an item in it, says that it is longer than it is.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The attribute's identifier.</summary>
    public int Id { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes on to the next attribute.</summary>
    public bool Next()
    {
        if (left == 0 || IsCut) return false;
        left--;
        Id = reader.U16();
        Value = reader.Take(reader.U16());
        IsCut = reader.Failed;
        return !IsCut;
    }

    /// <summary>Takes number and length of a list, and what they announce.</summary>
    public static ReadOnlySpan<byte> Items(ReadOnlySpan<byte> list, out int count, out bool isCut)
    {
        SpanReader reader = new(list);
        count = reader.U16();
        ReadOnlySpan<byte> items = reader.Take(reader.U16());
        isCut = reader.Failed;
        return items;
    }
}
