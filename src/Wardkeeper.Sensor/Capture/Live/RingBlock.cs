using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>Where things lie in a block of the ring (struct tpacket_block_desc) and in a frame's header there (struct tpacket3_hdr), and what is done with them.</summary>
internal static unsafe class RingBlock
{
    /// <summary>Offset of the block's state, whose lowest bit says whose it is.</summary>
    public const int Status = 8;

    /// <summary>The block is ours to read.</summary>
    public const uint IsOurs = 1;

    private const int Count = 12, FirstFrame = 16, Used = 20;
    private const int Next = 0, Seconds = 4, Fraction = 8, Captured = 12, Wire = 16, FrameStatus = 20, Begins = 24, VlanControl = 32, VlanProtocol = 36;

    // struct sockaddr_ll follows the header; its type says for whom the frame was.
    private const int ForWhom = 48 + 10;
    private const byte SentByUs = 4;
    private const uint ChecksumUnset = 1 << 3, HasVlan = 1 << 4, HasVlanProtocol = 1 << 6;
    private const int HardwareAddresses = 12, VlanTag = 4;

    /// <summary>Bytes of the block that are in use: enough room for its frames, also with their VLAN tags put back.</summary>
    public static int Length(byte* block) => *(int*)(block + Used);

    /// <summary>
    /// Copies a block's frames into a chunk, which has room for <see cref="Length"/> bytes at <paramref name="at"/>, and describes
    /// them. The VLAN tag, which the kernel takes out, is put back.
    /// </summary>
    /// <returns>Frames that were described, and the first offset behind them.</returns>
    public static (int Frames, int End) Copy(byte* block, Chunk into, int at, int link, bool includesOutgoing, ref RawPacket[] described)
    {
        int count = *(int*)(block + Count), frames = 0;
        if (described.Length < count) described = new RawPacket[Math.Max(count, described.Length * 2)];
        byte* frame = block + *(int*)(block + FirstFrame);
        for (int i = 0; i < count; i++, frame += *(int*)(frame + Next))
        {
            if (frame[ForWhom] == SentByUs && !includesOutgoing) continue;
            uint status = *(uint*)(frame + FrameStatus);
            ReadOnlySpan<byte> bytes = new(frame + *(ushort*)(frame + Begins), *(int*)(frame + Captured));
            if (bytes.IsEmpty) continue;
            bool isTagged = (status & HasVlan) != 0 && link == (int)LinkType.Ethernet && bytes.Length >= HardwareAddresses;
            int tag = isTagged ? VlanTag : 0;
            Span<byte> target = into.Data.AsSpan(at, bytes.Length + tag);
            if (isTagged) Tag(frame, status, ref bytes, ref target);
            bytes.CopyTo(target);
            ref RawPacket packet = ref described[frames++];
            packet = default;
            packet.At = new CaptureTime((*(uint*)(frame + Seconds) * CaptureTime.PerSecond) + *(uint*)(frame + Fraction));
            packet.Chunk = into;
            packet.Offset = at;
            packet.CapturedLength = *(int*)(frame + Captured) + tag;
            packet.WireLength = *(int*)(frame + Wire) + tag;
            packet.Link = link;
            packet.ChecksumsUnset = (status & ChecksumUnset) != 0;
            at += packet.CapturedLength;
        }
        return (frames, at);
    }

    private static void Tag(byte* frame, uint status, ref ReadOnlySpan<byte> bytes, ref Span<byte> target)
    {
        bytes[..HardwareAddresses].CopyTo(target);
        ushort protocol = (status & HasVlanProtocol) != 0 ? *(ushort*)(frame + VlanProtocol) : (ushort)0x8100;
        BinaryPrimitives.WriteUInt16BigEndian(target[HardwareAddresses..], protocol);
        BinaryPrimitives.WriteUInt16BigEndian(target[(HardwareAddresses + 2)..], (ushort)*(uint*)(frame + VlanControl));
        bytes = bytes[HardwareAddresses..];
        target = target[(HardwareAddresses + VlanTag)..];
    }
}
