using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Reads fields one after another, numbers with the highest byte first. The first fault stays; whatever is read after it is empty or zero.</summary>
/// <param name="bytes">What is read.</param>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> all = bytes;
    private int at;

    /// <summary>The first fault.</summary>
    public ProtocolFault Fault { get; private set; }

    /// <summary>Bytes that are not read yet.</summary>
    public readonly int Left => all.Length - at;

    /// <summary>Notes a fault, unless there is one already.</summary>
    public void Fail(ProtocolFault fault)
    {
        if (Fault == ProtocolFault.None) Fault = fault;
        at = all.Length;
    }

    /// <summary>Notes <see cref="ProtocolFault.BadValue"/> unless a condition holds.</summary>
    public void Require(bool holds)
    {
        if (!holds) Fail(ProtocolFault.BadValue);
    }

    /// <summary>So many bytes; empty when there are not so many.</summary>
    public ReadOnlySpan<byte> Exactly(int count)
    {
        if (count <= Left)
        {
            at += count;
            return all.Slice(at - count, count);
        }
        Fail(ProtocolFault.Truncated);
        return [];
    }

    /// <summary>One byte.</summary>
    public byte U8() => Exactly(1) is [byte one] ? one : (byte)0;

    /// <summary>Two bytes.</summary>
    public ushort U16() => Exactly(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

    /// <summary>Four bytes.</summary>
    public uint U32() => Exactly(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;

    /// <summary>Eight bytes.</summary>
    public ulong U64() => Exactly(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64BigEndian(eight) : 0;

    /// <summary>A moment: nanoseconds since 1970-01-01 UTC in eight bytes, not below 0.</summary>
    public long Time()
    {
        ulong value = U64();
        Require(value <= long.MaxValue);
        return Fault == ProtocolFault.None ? (long)value : 0;
    }

    /// <summary>Bytes after their length in one byte.</summary>
    public byte[] Bytes8(int least, int most) => Counted(U8(), least, most);

    /// <summary>Bytes after their length in two bytes.</summary>
    public byte[] Bytes16(int least, int most) => Counted(U16(), least, most);

    /// <summary>Bytes after their length in four bytes.</summary>
    public byte[] Bytes32(int least, int most) => Counted(U32(), least, most);

    /// <summary>A word of <c>a-z 0-9 . - /</c>, 1 to <paramref name="most"/> characters, after its length in one byte.</summary>
    public string Word(int most)
    {
        byte[] word = Bytes8(1, most);
        foreach (byte letter in word) Require(Words.Allows(letter));
        return Fault == ProtocolFault.None ? Encoding.ASCII.GetString(word) : "";
    }

    /// <summary>How many items follow, in two bytes.</summary>
    public int Count(int least, int most)
    {
        int count = U16();
        if (count > most) Fail(ProtocolFault.TooLong);
        else if (count < least) Fail(ProtocolFault.TooShort);
        return Fault == ProtocolFault.None ? count : 0;
    }

    private byte[] Counted(uint length, int least, int most)
    {
        if (length > most) Fail(ProtocolFault.TooLong);
        else if (length < least) Fail(ProtocolFault.TooShort);
        return Fault == ProtocolFault.None ? Exactly((int)length).ToArray() : [];
    }
}
