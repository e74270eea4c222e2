using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>Data sets as bytes, little endian with explicit or implicit value representations. PS3.5, 7.1, 7.5 and A.1, A.2.</summary>
internal static class DataSetCodec
{
    private const uint Item = 0xFFFE_E000;
    private const uint ItemEnd = 0xFFFE_E00D;
    private const uint SequenceEnd = 0xFFFE_E0DD;
    private const uint Undefined = 0xFFFF_FFFF;

    /// <summary>A data set as bytes; sequences and items have lengths.</summary>
    public static byte[] Write(DataSet data, bool isExplicit)
    {
        List<byte> bytes = [];
        foreach ((uint tag, DataElement element) in data.Elements)
        {
            byte[] value = element.Items is null ? element.Value : [.. element.Items.SelectMany(item => WriteItem(item, isExplicit))];
            AddTag(bytes, tag);
            if (isExplicit) bytes.AddRange(Encoding.ASCII.GetBytes(element.Representation));
            if (isExplicit && !IsLong(element.Representation))
            {
                bytes.AddRange(BitConverter.GetBytes(checked((ushort)value.Length)));
            }
            else
            {
                if (isExplicit) bytes.AddRange([0, 0]);
                bytes.AddRange(BitConverter.GetBytes((uint)value.Length));
            }
            bytes.AddRange(value);
        }
        return [.. bytes];
    }

    /// <summary>Reads a data set.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static DataSet Read(ReadOnlySpan<byte> bytes, bool isExplicit)
    {
        DataSet data = new();
        try
        {
            int at = 0;
            while (at < bytes.Length) ReadElement(bytes, ref at, isExplicit, data);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("a data set ends within an element", e);
        }
        return data;
    }

    private static byte[] WriteItem(DataSet item, bool isExplicit)
    {
        List<byte> bytes = [];
        byte[] value = Write(item, isExplicit);
        AddTag(bytes, Item);
        bytes.AddRange(BitConverter.GetBytes((uint)value.Length));
        return [.. bytes, .. value];
    }

    /// <summary>Reads one element into a data set; false at the end of an item of undefined length.</summary>
    private static bool ReadElement(ReadOnlySpan<byte> bytes, ref int at, bool isExplicit, DataSet into)
    {
        uint tag = Tag(bytes, ref at);
        if (tag == ItemEnd)
        {
            at += 4;
            return false;
        }
        string representation = DicomTags.RepresentationOf(tag);
        uint length;
        if (isExplicit)
        {
            representation = Encoding.ASCII.GetString(bytes.Slice(at, 2));
            length = IsLong(representation) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at + 4, 4)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at + 2, 2));
            at += IsLong(representation) ? 8 : 4;
        }
        else
        {
            length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at, 4));
            at += 4;
        }
        if (representation == "SQ")
        {
            into.Put(tag, new("SQ", [], ReadItems(bytes, ref at, length, isExplicit)));
            return true;
        }
        if (length == Undefined) throw new InvalidDataException($"({tag >> 16:X4},{tag & 0xFFFF:X4}) has no length");
        into.Put(tag, new(representation, bytes.Slice(at, checked((int)length)).ToArray(), null));
        at += (int)length;
        return true;
    }

    private static List<DataSet> ReadItems(ReadOnlySpan<byte> bytes, ref int at, uint length, bool isExplicit)
    {
        List<DataSet> items = [];
        int end = length == Undefined ? bytes.Length : checked(at + (int)length);
        while (at < end)
        {
            uint tag = Tag(bytes, ref at);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(at, 4));
            at += 4;
            if (tag == SequenceEnd) break;
            if (tag != Item) throw new InvalidDataException("a sequence holds something else than items");
            DataSet item = new();
            int itemEnd = size == Undefined ? bytes.Length : checked(at + (int)size);
            while (at < itemEnd && ReadElement(bytes, ref at, isExplicit, item))
            {
            }
            items.Add(item);
        }
        return items;
    }

    /// <summary>Whether a value representation has a length of 32 bits. PS3.5, 7.1.2.</summary>
    internal static bool IsLong(string representation) => representation is "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "SQ" or "SV" or "UC" or "UN" or "UR" or "UT" or "UV";

    private static void AddTag(List<byte> bytes, uint tag)
    {
        bytes.AddRange(BitConverter.GetBytes((ushort)(tag >> 16)));
        bytes.AddRange(BitConverter.GetBytes((ushort)tag));
    }

    private static uint Tag(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint tag = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at, 2)) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(bytes.Slice(at + 2, 2));
        at += 4;
        return tag;
    }
}
