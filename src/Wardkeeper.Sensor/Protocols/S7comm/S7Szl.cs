using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>Reads parts of the system status list, in which a controller describes itself.</summary>
internal static class S7Szl
{
    private const int MostRecords = 64, Modules = 0x11, Components = 0x1C, Mode = 0x24;

    /// <summary>Adds to a row what the list says: its number, index, length and count of records come first.</summary>
    /// <param name="row">The row.</param>
    /// <param name="list">The list.</param>
    /// <param name="at">Where the list lies; null where it lies in several messages.</param>
    public static S7Exchange Read(S7Exchange row, ReadOnlySpan<byte> list, ByteRange? at)
    {
        if (list.Length < 8) return row;
        int id = BinaryPrimitives.ReadUInt16BigEndian(list), size = BinaryPrimitives.ReadUInt16BigEndian(list[4..]), count = BinaryPrimitives.ReadUInt16BigEndian(list[6..]);
        row = row with { Szl = id.ToString("x4", CultureInfo.InvariantCulture) };
        if (size < 4) return row;
        ReadOnlySpan<byte> rest = list[8..];
        for (int i = 0; i < Math.Min(count, MostRecords) && rest.Length >= size; i++)
        {
            row = (id & 0xFF) switch
            {
                Modules when size >= 28 => Module(row, rest[..size], at?.Of(list, rest[..size])),
                Components when size >= 34 => Component(row, rest[..size], at?.Of(list, rest[..size])),
                Mode when (id & 0xF00) == 0x400 => row with { Mode = S7Names.Mode((byte)(rest[3] & 0x0F)) },
                _ => row,
            };
            rest = rest[size..];
        }
        return row;
    }

    /// <summary>Record 1 is the module, 7 its firmware as a letter and three numbers.</summary>
    private static S7Exchange Module(S7Exchange row, ReadOnlySpan<byte> record, ByteRange? at) => BinaryPrimitives.ReadUInt16BigEndian(record) switch
    {
        1 when Text(record.Slice(2, 20)) is { } order => row with { OrderNumber = order, Places = Place(row, order, at, 2, order.Length) },
        7 when record[24] is > 0x40 and < 0x5B && string.Create(CultureInfo.InvariantCulture, $"{(char)record[24]}{record[25]}.{record[26]}.{record[27]}") is { } firmware => row with { Firmware = firmware, Places = Place(row, firmware, at, 24, 4) },
        _ => row,
    };

    private static S7Exchange Component(S7Exchange row, ReadOnlySpan<byte> record, ByteRange? at)
    {
        string? text = Text(record.Slice(2, 32));
        return BinaryPrimitives.ReadUInt16BigEndian(record) switch
        {
            1 => row with { SystemName = text },
            2 => row with { ModuleName = text },
            3 => row with { Plant = text },
            5 => row with { SerialNumber = text },
            7 when text is not null => row with { ModuleType = text, Places = Place(row, text, at, 2, text.Length) },
            11 => row with { Location = text },
            _ => row,
        };
    }

    /// <summary>What a record says, with where it stands in it.</summary>
    private static TextPlace? Place(S7Exchange row, string text, ByteRange? record, int from, int length) =>
        record is { } at ? new TextPlace(text, at with { Start = at.Start + from, Length = length }, row.Places) : row.Places;

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return text.Length == 0 ? null : text;
    }
}
