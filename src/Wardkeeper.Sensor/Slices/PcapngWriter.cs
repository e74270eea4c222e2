using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Sensor.Slices;

/// <summary>Writes frames as pcapng (draft-ietf-opsawg-pcapng): one section, one interface for each link type, times in nanoseconds, comments where they are asked for.</summary>
internal sealed class PcapngWriter
{
    private const uint Magic = 0x1A2B3C4D;
    private const ushort Comment = 1, Application = 4, TimeResolution = 9;
    private readonly Stream into;
    private readonly List<int> links = [];

    /// <summary>Begins a file.</summary>
    /// <param name="into">Where it goes; stays open.</param>
    /// <param name="comment">Comment of the whole file; null for none.</param>
    public PcapngWriter(Stream into, string? comment)
    {
        this.into = into;
        byte[] head = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(4), 1);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), -1);
        Block(0x0A0D0D0A, [.. head, .. Options((Comment, comment), (Application, "Wardkeeper"))]);
    }

    /// <summary>Frames written.</summary>
    public int Packets { get; private set; }

    /// <summary>Writes a frame.</summary>
    /// <param name="packet">The frame.</param>
    /// <param name="comment">Comment of it; null for none.</param>
    public void Write(in RawPacket packet, string? comment)
    {
        int at = links.IndexOf(packet.Link);
        if (at < 0) at = AddInterface(packet.Link);
        byte[] head = new byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(head, at);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)((ulong)packet.At.Nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), (uint)packet.At.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), packet.CapturedLength);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), packet.WireLength);
        Block(6, [.. head, .. Padded(packet.Bytes), .. Options((Comment, comment))]);
        Packets++;
    }

    private int AddInterface(int link)
    {
        byte[] head = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)link);
        // Option 9: units of 10 to the minus 9 seconds.
        Block(1, [.. head, (byte)TimeResolution, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        links.Add(link);
        return links.Count - 1;
    }

    private void Block(uint type, byte[] body)
    {
        Span<byte> head = stackalloc byte[8], tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(head, type);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], body.Length + 12);
        BinaryPrimitives.WriteInt32LittleEndian(tail, body.Length + 12);
        into.Write(head);
        into.Write(body);
        into.Write(tail);
    }

    private static byte[] Options(params (ushort Code, string? Text)[] options)
    {
        using MemoryStream all = new();
        foreach ((ushort code, string? text) in options)
        {
            if (text is null) continue;
            byte[] value = Encoding.UTF8.GetBytes(text.Length > 4000 ? text[..4000] : text), head = new byte[4];
            BinaryPrimitives.WriteUInt16LittleEndian(head, code);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)value.Length);
            all.Write(head);
            all.Write(Padded(value));
        }
        if (all.Length > 0) all.Write(new byte[4]);
        return all.ToArray();
    }

    private static byte[] Padded(ReadOnlySpan<byte> bytes)
    {
        byte[] padded = new byte[(bytes.Length + 3) / 4 * 4];
        bytes.CopyTo(padded);
        return padded;
    }
}
