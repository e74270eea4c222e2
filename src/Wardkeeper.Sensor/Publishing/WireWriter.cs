using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>Writes a batch's values: variable-length integers, and each text and subject once, a number when it comes again.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(1 << 16);
    private readonly Dictionary<string, int> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<Subject, int> subjects = [];

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        buffer.ResetWrittenCount();
        texts.Clear();
        subjects.Clear();
    }

    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    /// <summary>LEB128.</summary>
    public void Unsigned(ulong value)
    {
        Span<byte> into = buffer.GetSpan(10);
        int at = 0;
        while (value >= 0x80)
        {
            into[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        into[at++] = (byte)value;
        buffer.Advance(at);
    }

    /// <summary>Zigzag, then LEB128: small numbers of either sign are short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Unsigned((ulong)bytes.Length);
        buffer.Write(bytes);
    }

    /// <summary>0 is null, 1 a new text, n the (n - 2)th text so far.</summary>
    public void Text(string? value)
    {
        if (value is null) Unsigned(0);
        else if (texts.TryGetValue(value, out int number)) Unsigned((ulong)number + 2);
        else
        {
            texts[value] = texts.Count;
            Unsigned(1);
            int length = Encoding.UTF8.GetByteCount(value);
            Unsigned((ulong)length);
            Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
            buffer.Advance(length);
        }
    }

    /// <summary>0 is a new subject, n the (n - 1)th so far.</summary>
    public void Subject(Subject value)
    {
        if (subjects.TryGetValue(value, out int number))
        {
            Unsigned((ulong)number + 1);
            return;
        }
        subjects[value] = subjects.Count;
        Unsigned(0);
        Unsigned(value.Mac.Value);
        Address(value.Ip);
        Unsigned(value.Vlan);
    }

    /// <summary>A length of 0, 4 or 16, then as many bytes in network order.</summary>
    public void Address(Address value)
    {
        if (value.IsNone)
        {
            Byte(0);
            return;
        }
        Span<byte> into = buffer.GetSpan(17);
        into[0] = (byte)value.WriteTo(into[1..]);
        buffer.Advance(1 + into[0]);
    }
}

/// <summary>CRC-32C (Castagnoli; RFC 3720, appendix B.4).</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte one in bytes) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
