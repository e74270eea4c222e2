namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>Elements of a management frame, read one by one: number, length, content. IEEE 802.11, 9.4.2.1.</summary>
internal ref struct ElementReader(ReadOnlySpan<byte> elements)
{
    private ReadOnlySpan<byte> rest = elements;

    /// <summary>Number of the element just read.</summary>
    public byte Id { get; private set; }

    /// <summary>Its content.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Whether an element is longer than the frame.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next element.</summary>
    public bool Next()
    {
        if (rest.IsEmpty) return false;
        if (rest.Length < 2 || rest[1] > rest.Length - 2)
        {
            IsMalformed = true;
            rest = default;
            return false;
        }
        Id = rest[0];
        Data = rest.Slice(2, rest[1]);
        rest = rest[(2 + rest[1])..];
        return true;
    }
}
