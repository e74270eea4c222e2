using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>Walks the tagged values of a service without ever running beyond them. ANSI/ASHRAE 135, clause 20.2.</summary>
internal ref struct BacnetTags(ReadOnlySpan<byte> bytes)
{
    private const int Deepest = 8, LongestText = 128;
    private ReadOnlySpan<byte> rest = bytes;
    private byte lengthValueType;

    /// <summary>Tag number; with <see cref="IsContext"/> false the type of the value.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the number's meaning depends on the service.</summary>
    public bool IsContext { get; private set; }

    /// <summary>Whether it begins what it holds.</summary>
    public bool IsOpening { get; private set; }

    /// <summary>Whether it ends that.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>How many tags are open around it; for an opening or closing tag, around the pair.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether the bytes are no tags.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>The value of a tag that holds no others.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Takes the next tag; false at the end and where the bytes are wrong.</summary>
    public bool MoveNext()
    {
        if (IsWrong || rest.IsEmpty) return false;
        if (IsOpening) Depth++;
        SpanReader reader = new(rest);
        byte first = reader.U8();
        Number = first >> 4 == 15 ? reader.U8() : first >> 4;
        IsContext = (first & 8) != 0;
        lengthValueType = (byte)(first & 7);
        IsOpening = IsContext && lengthValueType == 6;
        IsClosing = IsContext && lengthValueType == 7;
        long length = lengthValueType;
        if (IsOpening || IsClosing || (!IsContext && Number == 1)) length = 0;
        else if (lengthValueType == 5) length = reader.U8() switch { 254 => reader.U16(), 255 => reader.U32(), byte single => single };
        if (IsClosing) Depth--;
        Value = length > reader.Remaining ? default : reader.Take((int)length);
        IsWrong = reader.Failed || Value.Length != length || Depth < 0 || Depth > Deepest;
        if (IsWrong) return false;
        rest = rest[reader.Position..];
        return true;
    }

    /// <summary>The value as a whole number; -1 for more than 32 bits.</summary>
    public readonly long Unsigned()
    {
        if (Value.Length > 4) return -1;
        long number = 0;
        foreach (byte one in Value) number = (number << 8) | one;
        return number;
    }

    /// <summary>The value as an object: its type's name and its instance.</summary>
    public readonly string? Object() => Value.Length == 4 ? ObjectOf(BinaryPrimitives.ReadUInt32BigEndian(Value)) : null;

    /// <summary>The value as text, by its type; of an octet string only the length.</summary>
    public readonly string? Text() => IsContext ? null : Number switch
    {
        0 => "null",
        1 => lengthValueType == 0 ? "false" : "true",
        2 or 9 => Unsigned().ToString(CultureInfo.InvariantCulture),
        3 => Signed().ToString(CultureInfo.InvariantCulture),
        4 when Value.Length == 4 => BinaryPrimitives.ReadSingleBigEndian(Value).ToString(CultureInfo.InvariantCulture),
        5 when Value.Length == 8 => BinaryPrimitives.ReadDoubleBigEndian(Value).ToString(CultureInfo.InvariantCulture),
        6 => string.Create(CultureInfo.InvariantCulture, $"{Value.Length} bytes"),
        7 => Characters(Value),
        8 when Value.Length is > 1 and <= 9 => Bits(Value),
        10 when Value.Length == 4 => Date(Value),
        11 when Value.Length == 4 => Time(Value),
        12 => Object(),
        _ => null,
    };

    /// <summary>A character string: a byte tells its encoding.</summary>
    public static string? Characters(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2) return null;
        ReadOnlySpan<byte> text = value.Slice(1, Math.Min(value.Length - 1, LongestText));
        return value[0] switch { 0 => Encoding.UTF8.GetString(text), 4 => Encoding.BigEndianUnicode.GetString(text), 5 => Encoding.Latin1.GetString(text), _ => null };
    }

    private static string ObjectOf(uint id) => string.Create(CultureInfo.InvariantCulture, $"{BacnetNames.ObjectTypes.Of(id >> 22)} {id & 0x3FFFFF}");

    private readonly long Signed()
    {
        if (Value.IsEmpty || Value.Length > 8) return 0;
        long number = (sbyte)Value[0];
        foreach (byte one in Value[1..]) number = (number << 8) | one;
        return number;
    }

    private static string Bits(ReadOnlySpan<byte> value)
    {
        Span<char> bits = stackalloc char[64];
        int count = Math.Max(0, ((value.Length - 1) * 8) - (value[0] & 7));
        for (int i = 0; i < count; i++) bits[i] = (value[1 + (i >> 3)] & (0x80 >> (i & 7))) != 0 ? '1' : '0';
        return new string(bits[..count]);
    }

    private static string Date(ReadOnlySpan<byte> value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(value[0] == 255 ? "*" : (1900 + value[0]).ToString(CultureInfo.InvariantCulture))}-{Part(value[1])}-{Part(value[2])}");

    private static string Time(ReadOnlySpan<byte> value) => $"{Part(value[0])}:{Part(value[1])}:{Part(value[2])}.{Part(value[3])}";

    private static string Part(byte value) => value == 255 ? "*" : value.ToString("00", CultureInfo.InvariantCulture);
}
