using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Writes fields one after another, as <see cref="WireReader"/> reads them. A value beyond its bound is a mistake of the program and thrown.</summary>
public sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>These bytes, without a length.</summary>
    public WireWriter Raw(ReadOnlySpan<byte> bytes)
    {
        buffer.Write(bytes);
        return this;
    }

    /// <summary>One byte.</summary>
    public WireWriter U8(byte value) => Raw([value]);

    /// <summary>Two bytes.</summary>
    public WireWriter U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), value);
        buffer.Advance(2);
        return this;
    }

    /// <summary>Four bytes.</summary>
    public WireWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
        return this;
    }

    /// <summary>Eight bytes.</summary>
    public WireWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
        return this;
    }

    /// <summary>A moment: nanoseconds since 1970-01-01 UTC, not below 0.</summary>
    public WireWriter Time(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        return U64((ulong)nanoseconds);
    }

    /// <summary>Bytes that must be so many, without a length.</summary>
    public WireWriter Exactly(ReadOnlySpan<byte> bytes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, count);
        return Raw(bytes);
    }

    /// <summary>Bytes after their length in one byte.</summary>
    public WireWriter Bytes8(ReadOnlySpan<byte> bytes, int least, int most) => U8((byte)Bounded(bytes.Length, least, Math.Min(most, byte.MaxValue))).Raw(bytes);

    /// <summary>Bytes after their length in two bytes.</summary>
    public WireWriter Bytes16(ReadOnlySpan<byte> bytes, int least, int most) => U16((ushort)Bounded(bytes.Length, least, Math.Min(most, ushort.MaxValue))).Raw(bytes);

    /// <summary>Bytes after their length in four bytes.</summary>
    public WireWriter Bytes32(ReadOnlySpan<byte> bytes, int least, int most) => U32((uint)Bounded(bytes.Length, least, most)).Raw(bytes);

    /// <summary>A word of <c>a-z 0-9 . - /</c> after its length in one byte.</summary>
    public WireWriter Word(string word, int most)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length == 0 || word.Length > most || !word.All(static letter => letter < 128 && Words.Allows((byte)letter))) throw new ArgumentException($"'{word}' is not a word of at most {most} characters a-z 0-9 . - /", nameof(word));
        return Bytes8(Encoding.ASCII.GetBytes(word), 1, most);
    }

    /// <summary>How many items follow, in two bytes.</summary>
    public WireWriter Count(int count, int least, int most) => U16((ushort)Bounded(count, least, most));

    private static int Bounded(int length, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, most);
        return length;
    }
}

/// <summary>Which characters words have.</summary>
internal static class Words
{
    /// <summary>Whether a word may have it.</summary>
    public static bool Allows(byte letter) => letter is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'-' or (byte)'/';
}
