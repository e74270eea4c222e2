using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>A small data set: elements in the order of their tags. PS3.5, chapter 7.</summary>
internal sealed class DataSet
{
    private readonly SortedDictionary<uint, DataElement> elements = [];
    private readonly Encoding encoding;

    /// <summary>An empty data set.</summary>
    /// <param name="encoding">How names and texts are written, or null for ISO 646. Specific Character Set is the caller's to set.</param>
    public DataSet(Encoding? encoding = null) => this.encoding = encoding ?? Encoding.Latin1;

    /// <summary>The elements.</summary>
    public IReadOnlyDictionary<uint, DataElement> Elements => elements;

    /// <summary>An empty data set that says how it is written: <c>ascii</c>, <c>gb18030</c> or <c>utf-8</c>. PS3.3, C.12.1.1.2.</summary>
    public static DataSet In(string charset)
    {
        DataSet data = new(HlCharset.OfPlan(charset));
        if (charset != "ascii") data.Set(DicomTags.SpecificCharacterSet, charset == "gb18030" ? "GB18030" : "ISO_IR 192");
        return data;
    }

    /// <summary>Sets a text; an empty one is an element without value.</summary>
    public DataSet Set(uint tag, string value)
    {
        List<byte> bytes = [.. encoding.GetBytes(value)];
        string representation = DicomTags.RepresentationOf(tag);
        if (bytes.Count % 2 != 0) bytes.Add(representation == "UI" ? (byte)0 : (byte)' ');
        return Put(tag, new(representation, [.. bytes], null));
    }

    /// <summary>Sets a number of 16 bits.</summary>
    public DataSet Set(uint tag, ushort value) => Put(tag, new("US", BitConverter.GetBytes(value), null));

    /// <summary>Sets a sequence; without items it is empty.</summary>
    public DataSet Set(uint tag, params IReadOnlyList<DataSet> items) => Put(tag, new("SQ", [], items));

    /// <summary>Sets an element as it was read.</summary>
    public DataSet Put(uint tag, DataElement element)
    {
        elements[tag] = element;
        return this;
    }

    /// <summary>A text without its padding; empty where it is missing.</summary>
    public string Text(uint tag) => elements.TryGetValue(tag, out DataElement? element) ? encoding.GetString(element.Value).TrimEnd(' ', '\0') : "";

    /// <summary>A number of 16 bits.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public ushort Number(uint tag) => elements.TryGetValue(tag, out DataElement? element) && element.Value.Length == 2
        ? BitConverter.ToUInt16(element.Value)
        : throw new InvalidDataException($"a data set has no ({tag >> 16:X4},{tag & 0xFFFF:X4})");

    /// <summary>Items of a sequence; none where it is missing.</summary>
    public IReadOnlyList<DataSet> Items(uint tag) => elements.TryGetValue(tag, out DataElement? element) ? element.Items ?? [] : [];
}

/// <summary>One element.</summary>
/// <param name="Representation">Value representation.</param>
/// <param name="Value">Value, padded to even length; empty for a sequence.</param>
/// <param name="Items">Items of a sequence, or null.</param>
internal sealed record DataElement(string Representation, byte[] Value, IReadOnlyList<DataSet>? Items);
