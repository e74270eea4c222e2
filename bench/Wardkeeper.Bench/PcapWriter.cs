using System.Buffers.Binary;

namespace Wardkeeper.Bench;

/// <summary>Writes a pcap file of Ethernet frames with nanosecond times.</summary>
internal sealed class PcapWriter : IDisposable
{
    private readonly FileStream stream;

    public PcapWriter(string path)
    {
        stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B23C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        stream.Write(header);
    }

    public long Packets { get; private set; }

    public void Write(long nanoseconds, ReadOnlySpan<byte> frame, int wireLength)
    {
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(nanoseconds / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(nanoseconds % 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)wireLength);
        stream.Write(header);
        stream.Write(frame);
        Packets++;
    }

    public void Dispose() => stream.Dispose();
}
