using System.Buffers.Binary;

namespace Wardkeeper.Fuzz;

/// <summary>Makes a new input from old ones. Seeded, so that a run can be repeated.</summary>
internal sealed class Mutator(IFuzzTarget target, Random random)
{
    private const int MostRecords = 32, MostBytes = 2048;
    private static readonly uint[] Extremes = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 512, 1024, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF];
    private static readonly byte[] Marks = "\r\n\0 |^~\\&:;,.=/\"<>-0129Aaf\x0B\x1C\xFF\x80"u8.ToArray();

    /// <summary>One to sixteen changes of one input, borrowing from another.</summary>
    public byte[][] Mutate(byte[][] from, byte[][] other)
    {
        List<byte[]> records = [.. from];
        for (int i = 1 << random.Next(5); i > 0; i--)
        {
            if (target.IsFramed && (records.Count == 0 || random.Next(4) == 0)) Rearrange(records, other);
            else if (records.Count > 0) Alter(records, other);
        }
        int bytes = 0;
        for (int i = 0; i < records.Count; i++)
        {
            bytes += records[i].Length;
            if (target.IsFramed && (i >= MostRecords || bytes > 2 * MostBytes)) return [.. records[..i]];
        }
        return [.. records];
    }

    private void Rearrange(List<byte[]> records, byte[][] other)
    {
        int at = random.Next(records.Count + 1), one = records.Count == 0 ? 0 : random.Next(records.Count);
        int choice = records.Count == 0 ? 4 : random.Next(7);
        switch (choice)
        {
            case 0 when records.Count > 1:
                records.RemoveAt(one);
                break;
            case 1:
                records.Insert(at, records[one]);
                break;
            case 2:
                int two = random.Next(records.Count);
                (records[one], records[two]) = (records[two], records[one]);
                break;
            case 3:
                Split(records, one);
                break;
            case 4 when other.Length > 0:
                records.Insert(at, other[random.Next(other.Length)]);
                break;
            case 5 when other.Length > 0:
                records.RemoveRange(at, records.Count - at);
                records.AddRange(other[random.Next(other.Length)..]);
                break;
            case 6 when one + 1 < records.Count:
                records[one] = [.. records[one], .. records[one + 1].Skip(target.Control)];
                records.RemoveAt(one + 1);
                break;
            default:
                break;
        }
    }

    private void Split(List<byte[]> records, int which)
    {
        byte[] record = records[which];
        if (record.Length <= target.Control + 1) return;
        int cut = random.Next(target.Control + 1, record.Length);
        records[which] = record[..cut];
        records.Insert(which + 1, [.. record[..target.Control], .. record[cut..]]);
    }

    private void Alter(List<byte[]> records, byte[][] other)
    {
        int which = random.Next(records.Count);
        byte[] record = [.. records[which]];
        if (record.Length == 0)
        {
            records[which] = Noise();
            return;
        }
        if (target.Control > 0 && random.Next(8) == 0)
        {
            record[random.Next(Math.Min(target.Control, record.Length))] = (byte)random.Next(256);
            records[which] = record;
            return;
        }
        int at = random.Next(record.Length);
        records[which] = random.Next(12) switch
        {
            0 => Put(record, at, (byte)(record[at] ^ (1 << random.Next(8)))),
            1 => Put(record, at, (byte)random.Next(256)),
            2 => Put(record, at, Marks[random.Next(Marks.Length)]),
            3 => Put(record, at, (byte)(record[at] + random.Next(-8, 9))),
            4 or 5 => Number(record, at),
            6 => Cut(record, at),
            7 => Insert(record, at, Noise()),
            8 => Insert(record, random.Next(record.Length + 1), Part(record)),
            9 when other.Length > 0 => Insert(record, at, Part(other[random.Next(other.Length)])),
            10 when other.Length > 0 => Over(record, at, Part(other[random.Next(other.Length)])),
            11 => record[..at],
            _ => Put(record, at, (byte)Extremes[random.Next(16)]),
        };
    }

    private static byte[] Put(byte[] record, int at, byte value)
    {
        record[at] = value;
        return record;
    }

    /// <summary>Changes what may be a length: to an extreme, by a little, or to what follows it.</summary>
    private byte[] Number(byte[] record, int at)
    {
        int width = 1 << random.Next(3), left = record.Length - at;
        if (width > left) return record;
        Span<byte> field = record.AsSpan(at, width);
        bool isLittle = random.Next(3) == 0;
        uint value = width == 1 ? field[0] : width == 2
            ? (isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(field) : BinaryPrimitives.ReadUInt16BigEndian(field))
            : isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(field) : BinaryPrimitives.ReadUInt32BigEndian(field);
        value = random.Next(3) switch
        {
            0 => Extremes[random.Next(Extremes.Length)],
            1 => (uint)(left - width + random.Next(-2, 3)),
            _ => value + (uint)random.Next(-16, 17),
        };
        for (int i = 0; i < width; i++) field[isLittle ? i : width - 1 - i] = (byte)(value >> (8 * i));
        return record;
    }

    private byte[] Cut(byte[] record, int at)
    {
        int length = 1 + random.Next(Math.Min(record.Length - at, 1 << random.Next(1, 10)));
        return [.. record[..at], .. record[(at + Math.Min(length, record.Length - at))..]];
    }

    private static byte[] Insert(byte[] record, int at, byte[] what) =>
        record.Length + what.Length > MostBytes ? record : [.. record[..at], .. what, .. record[at..]];

    private static byte[] Over(byte[] record, int at, byte[] what)
    {
        what.AsSpan(0, Math.Min(what.Length, record.Length - at)).CopyTo(record.AsSpan(at));
        return record;
    }

    private byte[] Part(byte[] record)
    {
        if (record.Length == 0) return record;
        int from = random.Next(record.Length);
        return record[from..(from + 1 + random.Next(Math.Min(record.Length - from, 1 << random.Next(1, 10))))];
    }

    private byte[] Noise()
    {
        byte[] noise = new byte[1 + random.Next(1 << random.Next(1, 7))];
        if (random.Next(2) == 0) random.NextBytes(noise);
        else Array.Fill(noise, random.Next(2) == 0 ? Marks[random.Next(Marks.Length)] : (byte)random.Next(256));
        return noise;
    }
}
