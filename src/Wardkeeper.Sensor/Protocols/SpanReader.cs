using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Reads fields from bytes without ever running beyond them: after a short read <see cref="Failed"/> is set and everything reads as zero or empty.</summary>
internal ref struct SpanReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Whether more was asked for than there is.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Remaining => Failed ? 0 : bytes.Length - Position;

    /// <summary>All bytes, whatever was read already; for back references.</summary>
    public readonly ReadOnlySpan<byte> Whole => bytes;

    /// <summary>What is left, without taking it.</summary>
    public readonly ReadOnlySpan<byte> Rest => Failed ? default : bytes[Position..];

    public byte U8()
    {
        ReadOnlySpan<byte> taken = Take(1);
        return taken.IsEmpty ? (byte)0 : taken[0];
    }

    public ushort U16()
    {
        ReadOnlySpan<byte> taken = Take(2);
        return taken.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(taken);
    }

    public uint U32()
    {
        ReadOnlySpan<byte> taken = Take(4);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(taken);
    }

    public ulong U64()
    {
        ReadOnlySpan<byte> taken = Take(8);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(taken);
    }

    /// <summary>Three bytes, big endian.</summary>
    public int U24()
    {
        ReadOnlySpan<byte> taken = Take(3);
        return taken.IsEmpty ? 0 : (taken[0] << 16) | (taken[1] << 8) | taken[2];
    }

    public ushort U16Little()
    {
        ReadOnlySpan<byte> taken = Take(2);
        return taken.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(taken);
    }

    public uint U32Little()
    {
        ReadOnlySpan<byte> taken = Take(4);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(taken);
    }

    /// <summary>The next bytes, or nothing and <see cref="Failed"/> when there are not that many.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count < 0 || count > bytes.Length - Position)
        {
            Failed = true;
            return default;
        }
        ReadOnlySpan<byte> taken = bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>The bytes before the next zero, which is passed as well; all that is left when there is none.</summary>
    public ReadOnlySpan<byte> UntilZero()
    {
        int end = Rest.IndexOf((byte)0);
        if (end < 0) return Take(Remaining);
        ReadOnlySpan<byte> taken = Take(end);
        Skip(1);
        return taken;
    }

    public void Skip(int count) => Take(count);
}
