using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>Reads the protocol's basic types from a datagram.</summary>
/// <param name="bytes">Bytes from here to the end of the part that is read.</param>
internal sealed class ExportReader(ReadOnlyMemory<byte> bytes)
{
    private int at;

    /// <summary>Bytes that are left.</summary>
    public int Left => bytes.Length - at;

    /// <summary>A number of 16 bits.</summary>
    public ushort Word() => BinaryPrimitives.ReadUInt16BigEndian(Take(2).Span);

    /// <summary>A number of 32 bits.</summary>
    public uint Long() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidDataException">There are not so many.</exception>
    public ReadOnlyMemory<byte> Take(int count)
    {
        if (count > Left) throw new InvalidDataException($"{count} bytes are due where {Left} are left");
        at += count;
        return bytes.Slice(at - count, count);
    }

    /// <summary>What follows a length of 16 bits.</summary>
    public ExportReader Counted() => new(Take(Word()));

    /// <summary>String or VariableLabel without its final zeros.</summary>
    /// <param name="isWide">Whether it is a String, in UTF-16.</param>
    public string Text(bool isWide) => (isWide ? Encoding.BigEndianUnicode : Encoding.Latin1).GetString(Take(Word()).Span).TrimEnd('\0');

    /// <summary>FLOAT-Type.</summary>
    public decimal Float()
    {
        int value = (int)Long();
        int exponent = value >> 24, mantissa = (value << 8) >> 8;
        return exponent <= 0 ? new decimal(Math.Abs(mantissa), 0, 0, mantissa < 0, (byte)-exponent) : mantissa * (decimal)Math.Pow(10, exponent);
    }

    /// <summary>Items after their number and their length together.</summary>
    /// <exception cref="InvalidDataException">They do not fill their length.</exception>
    public IReadOnlyList<T> List<T>(Func<ExportReader, T> item)
    {
        int count = Word();
        ExportReader inner = Counted();
        List<T> items = [];
        for (int i = 0; i < count; i++) items.Add(item(inner));
        return inner.Left == 0 ? items : throw new InvalidDataException($"{inner.Left} bytes are left after a list of {count}");
    }

    /// <summary>AttributeList.</summary>
    public IReadOnlyList<ExportAttribute> Attributes() => List(inner => new ExportAttribute(inner.Word(), inner.Take(inner.Word()).ToArray()));
}
