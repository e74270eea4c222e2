using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>Puts one side's messages together (Bluetooth Core, volume 3, part A, 3.1): a length, a channel, and as much as the link's packets hold. At most 512 bytes.</summary>
internal sealed class L2capMessage
{
    private const int Header = 4, Longest = 512;

    private byte[] bytes = [];
    private int count, wanted;

    /// <summary>Adds a packet's content; true when the message is whole.</summary>
    public bool Add(ReadOnlySpan<byte> part, bool isStart, out ReadOnlySpan<byte> body, out ushort channel)
    {
        body = default;
        channel = 0;
        if (isStart)
        {
            count = 0;
            wanted = part.Length < Header ? 0 : Header + BinaryPrimitives.ReadUInt16LittleEndian(part);
        }
        if (wanted is 0 or > Longest || count + part.Length > wanted || (!isStart && count == 0))
        {
            Clear();
            return false;
        }
        if (bytes.Length == 0) bytes = new byte[Longest];
        part.CopyTo(bytes.AsSpan(count));
        count += part.Length;
        if (count < wanted) return false;
        body = bytes.AsSpan(Header, wanted - Header);
        channel = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2));
        (count, wanted) = (0, 0);
        return !body.IsEmpty;
    }

    /// <summary>Forgets what is incomplete.</summary>
    public void Clear() => count = wanted = 0;
}
