using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>A data set that is written to files and messages or was read from one. Elements may be set in any order; they are kept in the order of their tags. PS3.5, chapter 7.</summary>
internal sealed class DataSet
{
    private const int LongestShortValue = 0xFFFE;
    private readonly SortedDictionary<uint, DataElement> elements = [];
    private readonly DicomCharset charset;

    /// <summary>An empty data set of the default repertoire.</summary>
    public DataSet()
        : this(DicomCharset.Ascii)
    {
    }

    private DataSet(DicomCharset charset) => this.charset = charset;

    /// <summary>The elements.</summary>
    public IReadOnlyDictionary<uint, DataElement> Elements => elements;

    /// <summary>An empty data set that says how it is written.</summary>
    /// <param name="charset">A word of the plan: <c>ascii</c>, <c>gb18030</c> or <c>utf-8</c>.</param>
    /// <exception cref="LabException">There is no such word.</exception>
    public static DataSet In(string charset)
    {
        DataSet data = new(DicomCharset.Of(charset));
        if (data.charset.Term is { } term) data.Set(DicomTags.SpecificCharacterSet, term);
        return data;
    }

    /// <summary>A data set of the same charset, for a sequence's item: it does not say so again.</summary>
    public DataSet Item() => new(charset);

    /// <summary>Sets a text of an element in <see cref="DicomTags"/>; several values are parted by a backslash. An empty value stands for an element of type 2 that is not known.</summary>
    /// <exception cref="LabException">The charset has no such character.</exception>
    public DataSet Set(uint tag, string value) => Set(tag, DicomTags.RepresentationOf(tag), value);

    /// <summary>The same, with its value representation.</summary>
    /// <exception cref="LabException">The charset has no such character, or the value is too long.</exception>
    public DataSet Set(uint tag, string representation, string value)
    {
        Encoding encoding = IsCharsets(representation) ? charset.Encoding : DicomCharset.Ascii.Encoding;
        try
        {
            byte[] bytes = encoding.GetBytes(value);
            if (bytes.Length % 2 != 0) bytes = [.. bytes, representation == "UI" ? (byte)0 : (byte)' '];
            return SetBytes(tag, representation, bytes);
        }
        catch (EncoderFallbackException e)
        {
            throw new LabException($"'{value}' for {NameOf(tag)} cannot be written in {encoding.WebName}", e);
        }
    }

    /// <summary>Sets decimal strings (DS).</summary>
    public DataSet SetDecimals(uint tag, params ReadOnlySpan<double> values) =>
        Set(tag, "DS", string.Join('\\', values.ToArray().Select(value => value.ToString("0.######", CultureInfo.InvariantCulture))));

    /// <summary>Sets an integer string (IS).</summary>
    public DataSet SetInteger(uint tag, int value) => Set(tag, "IS", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a date (DA).</summary>
    public DataSet SetDate(uint tag, DateTime value) => Set(tag, "DA", value.ToString("yyyyMMdd", CultureInfo.InvariantCulture));

    /// <summary>Sets a time of day (TM), to the second.</summary>
    public DataSet SetTime(uint tag, DateTime value) => Set(tag, "TM", value.ToString("HHmmss", CultureInfo.InvariantCulture));

    /// <summary>Sets an unsigned short (US).</summary>
    public DataSet SetShort(uint tag, int value) => SetBytes(tag, "US", BitConverter.GetBytes(checked((ushort)value)));

    /// <summary>Sets a signed short (SS).</summary>
    public DataSet SetShortSigned(uint tag, short value) => SetBytes(tag, "SS", BitConverter.GetBytes(value));

    /// <summary>Sets a sequence; without items it is empty.</summary>
    public DataSet SetSequence(uint tag, params IReadOnlyList<DataSet> items) => Put(tag, new("SQ", [], items));

    /// <summary>Sets bytes as they are, of even length.</summary>
    /// <exception cref="LabException">They are an odd number, or too many for the value representation.</exception>
    public DataSet SetBytes(uint tag, string representation, byte[] value)
    {
        if (value.Length % 2 != 0) throw new LabException($"{NameOf(tag)} has an odd length");
        if (!DataSetCodec.IsLong(representation) && value.Length > LongestShortValue) throw new LabException($"{NameOf(tag)} is longer than a {representation} may be");
        return Put(tag, new(representation, value, null));
    }

    /// <summary>Sets an element as it was read.</summary>
    public DataSet Put(uint tag, DataElement element)
    {
        elements[tag] = element;
        return this;
    }

    /// <summary>A text without its padding, in the charset that the data set names; empty where it is missing.</summary>
    public string Text(uint tag)
    {
        if (!elements.TryGetValue(tag, out DataElement? element)) return "";
        Encoding encoding = IsCharsets(element.Representation) && tag != DicomTags.SpecificCharacterSet ? DicomCharset.OfTerm(Text(DicomTags.SpecificCharacterSet)) : Encoding.Latin1;
        return encoding.GetString(element.Value).TrimEnd(' ', '\0');
    }

    /// <summary>A number of 16 bits.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public ushort Number(uint tag) => elements.TryGetValue(tag, out DataElement? element) && element.Value.Length == 2
        ? BitConverter.ToUInt16(element.Value)
        : throw new InvalidDataException($"a data set has no {NameOf(tag)}");

    /// <summary>Items of a sequence; none where it is missing.</summary>
    public IReadOnlyList<DataSet> Items(uint tag) => elements.TryGetValue(tag, out DataElement? element) ? element.Items ?? [] : [];

    /// <summary>Only these are subject to Specific Character Set; all others are of the default repertoire (PS3.5, 6.1.2.2).</summary>
    private static bool IsCharsets(string representation) => representation is "LO" or "LT" or "PN" or "SH" or "ST" or "UC" or "UT";

    private static string NameOf(uint tag) => $"({tag >> 16:X4},{tag & 0xFFFF:X4})";
}

/// <summary>One element.</summary>
/// <param name="Representation">Value representation.</param>
/// <param name="Value">Value, padded to even length; empty for a sequence.</param>
/// <param name="Items">Items of a sequence, or null.</param>
internal sealed record DataElement(string Representation, byte[] Value, IReadOnlyList<DataSet>? Items);
