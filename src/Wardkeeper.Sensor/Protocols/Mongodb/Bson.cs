using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Mongodb;

/// <summary>Goes along the elements of a BSON document whose beginning is there; stops quietly where the bytes end. BSON 1.1.</summary>
internal ref struct Bson
{
    private const int LongestText = 128;

    private SpanReader reader;

    /// <summary>Begins at a document's length.</summary>
    public Bson(ReadOnlySpan<byte> document)
    {
        reader = new SpanReader(document);
        uint length = reader.U32Little();
        if (length >= 5 && length <= document.Length)
        {
            reader = new SpanReader(document[..(int)length]);
            reader.Skip(4);
        }
        IsWrong = !reader.Failed && length is < 5 or > Limit;
    }

    /// <summary>Bytes of a message, and so of a document, at most.</summary>
    public const uint Limit = 48_000_000;

    /// <summary>Whether it is no document.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>Kind of the element: 1 double, 2 text, 3 document, 4 array, 8 yes or no, 16 and 18 whole numbers …</summary>
    public byte Kind { get; private set; }

    /// <summary>Name of the element.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value, without the length in front of a text.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next element. False at the end, be it the document's or that of the bytes.</summary>
    public bool Next()
    {
        if (IsWrong || reader.Remaining < 2) return false;
        Kind = reader.U8();
        if (Kind == 0) return false;
        int end = reader.Rest.IndexOf((byte)0);
        if (end < 0) return false;
        Name = reader.Take(end);
        reader.Skip(1);
        int? length = Length();
        if (length is null)
        {
            IsWrong = true;
            return false;
        }
        if (length > reader.Remaining)
        {
            // The beginning of a document that reaches beyond what is there can still be gone along.
            Value = Kind == 3 ? reader.Rest : default;
            bool isOpen = Kind == 3;
            reader.Skip(reader.Remaining);
            return isOpen;
        }
        ReadOnlySpan<byte> whole = reader.Take(length.Value);
        Value = Kind is 2 or 13 or 14 ? whole[4..^1] : whole;
        return true;
    }

    /// <summary>The value as text; null when it is none.</summary>
    public readonly string? Text => Kind == 2 ? ShortText.Of(Value, LongestText) : null;

    /// <summary>The value as a whole number; null when it is no number.</summary>
    public readonly long? Number => Kind switch
    {
        1 => BinaryPrimitives.ReadDoubleLittleEndian(Value) is >= -1e15 and <= 1e15 and double real ? (long)real : null,
        8 => Value[0],
        16 => BinaryPrimitives.ReadInt32LittleEndian(Value),
        18 => BinaryPrimitives.ReadInt64LittleEndian(Value),
        _ => null,
    };

    /// <summary>Bytes of the value that begins here; more than there are when its length is not there yet; null when there is no such kind.</summary>
    private int? Length()
    {
        switch (Kind)
        {
            case 1 or 9 or 17 or 18:
                return 8;
            case 7:
                return 12;
            case 8:
                return 1;
            case 16:
                return 4;
            case 19:
                return 16;
            case 6 or 10 or 0x7F or 0xFF:
                return 0;
            case 11:
                int first = reader.Rest.IndexOf((byte)0), second = first < 0 ? -1 : reader.Rest[(first + 1)..].IndexOf((byte)0);
                return second < 0 ? int.MaxValue : first + second + 2;
            case 2 or 13 or 14 or 3 or 4 or 5 or 15:
                if (reader.Remaining < 4) return int.MaxValue;
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(reader.Rest);
                if (length > Limit) return null;
                return Kind switch
                {
                    2 or 13 or 14 => length < 1 ? null : (int)length + 4,
                    5 => (int)length + 5,
                    _ => length < 5 ? null : (int)length,
                };
            default:
                return null;
        }
    }
}
