using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>
/// A data set that is being written, in explicit VR little endian (PS3.5, 7.1.2). Elements may be added in any order; they are
/// written in the order of their tags. Sequences and their items have explicit lengths.
/// </summary>
internal sealed class DicomDataSet(DicomCharset charset)
{
    private const uint ItemTag = 0xFFFEE000;
    private const int LongestShortValue = 0xFFFE;
    private readonly SortedDictionary<uint, (string Vr, byte[] Value)> elements = [];

    /// <summary>A data set of the same charset, for a sequence's item.</summary>
    public DicomDataSet Item() => new(charset);

    /// <summary>Adds text; several values are parted by a backslash. An empty value stands for an element of type 2 that is not known.</summary>
    /// <exception cref="LabException">The charset has no such character.</exception>
    public DicomDataSet Add(uint tag, string vr, string value)
    {
        // Only these are subject to Specific Character Set; all others are of the default repertoire (PS3.5, 6.1.2.2).
        Encoding encoding = vr is "LO" or "LT" or "PN" or "SH" or "ST" or "UC" or "UT" ? charset.Encoding : DicomCharset.Ascii.Encoding;
        try
        {
            byte[] bytes = encoding.GetBytes(value);
            if (bytes.Length % 2 != 0) bytes = [.. bytes, vr == "UI" ? (byte)0 : (byte)' '];
            return Put(tag, vr, bytes);
        }
        catch (EncoderFallbackException e)
        {
            throw new LabException($"'{value}' for ({tag >> 16:X4},{tag & 0xFFFF:X4}) cannot be written in {encoding.WebName}", e);
        }
    }

    /// <summary>Adds decimal strings (DS).</summary>
    public DicomDataSet AddDecimals(uint tag, params ReadOnlySpan<double> values) =>
        Add(tag, "DS", string.Join('\\', values.ToArray().Select(value => value.ToString("0.######", CultureInfo.InvariantCulture))));

    /// <summary>Adds an integer string (IS).</summary>
    public DicomDataSet AddInteger(uint tag, int value) => Add(tag, "IS", value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a date.</summary>
    public DicomDataSet AddDate(uint tag, DateTime value) => Add(tag, "DA", value.ToString("yyyyMMdd", CultureInfo.InvariantCulture));

    /// <summary>Adds a time of day, to the second.</summary>
    public DicomDataSet AddTime(uint tag, DateTime value) => Add(tag, "TM", value.ToString("HHmmss", CultureInfo.InvariantCulture));

    /// <summary>Adds an unsigned short (US).</summary>
    public DicomDataSet AddShort(uint tag, int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        return Put(tag, "US", bytes);
    }

    /// <summary>Adds a signed short (SS).</summary>
    public DicomDataSet AddShortSigned(uint tag, short value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        return Put(tag, "SS", bytes);
    }

    /// <summary>Adds bytes as they are, of even length (OB, OW).</summary>
    public DicomDataSet AddBytes(uint tag, string vr, byte[] value) => Put(tag, vr, value);

    /// <summary>Adds a sequence.</summary>
    public DicomDataSet AddSequence(uint tag, params ReadOnlySpan<DicomDataSet> items)
    {
        using MemoryStream value = new();
        foreach (DicomDataSet item in items)
        {
            byte[] bytes = item.ToBytes();
            WriteTag(value, ItemTag);
            WriteLength(value, bytes.Length);
            value.Write(bytes);
        }
        return Put(tag, "SQ", value.ToArray());
    }

    /// <summary>All elements as they are sent and stored.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream into = new();
        foreach ((uint tag, (string vr, byte[] value)) in elements)
        {
            WriteTag(into, tag);
            into.Write(Encoding.ASCII.GetBytes(vr));
            if (HasLongLength(vr))
            {
                into.Write([0, 0]);
                WriteLength(into, value.Length);
            }
            else
            {
                into.WriteByte((byte)value.Length);
                into.WriteByte((byte)(value.Length >> 8));
            }
            into.Write(value);
        }
        return into.ToArray();
    }

    private DicomDataSet Put(uint tag, string vr, byte[] value)
    {
        if (value.Length % 2 != 0) throw new LabException($"({tag >> 16:X4},{tag & 0xFFFF:X4}) has an odd length");
        if (!HasLongLength(vr) && value.Length > LongestShortValue) throw new LabException($"({tag >> 16:X4},{tag & 0xFFFF:X4}) is longer than a {vr} may be");
        elements[tag] = (vr, value);
        return this;
    }

    private static bool HasLongLength(string vr) => vr is "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "SQ" or "SV" or "UC" or "UN" or "UR" or "UT" or "UV";

    private static void WriteTag(Stream into, uint tag) => into.Write([(byte)(tag >> 16), (byte)(tag >> 24), (byte)tag, (byte)(tag >> 8)]);

    private static void WriteLength(Stream into, int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)length);
        into.Write(bytes);
    }
}
