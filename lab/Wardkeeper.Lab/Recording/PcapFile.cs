using System.Buffers.Binary;

namespace Wardkeeper.Lab.Recording;

/// <summary>Reads what tcpdump wrote, and writes a capture of its own (libpcap's classic format, microseconds, Ethernet).</summary>
internal static class PcapFile
{
    private const uint Microseconds = 0xa1b2c3d4;
    private const int HeaderLength = 24, RecordLength = 16, Ethernet = 1, SnapLength = 262_144;

    /// <summary>All frames of a file.</summary>
    /// <exception cref="LabException">It is not such a file. A last record that was cut is left out.</exception>
    public static List<Frame> Read(string path, int vlan)
    {
        ReadOnlyMemory<byte> file = File.ReadAllBytes(path);
        if (file.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(file.Span) != Microseconds) throw new LabException($"{path} is not a capture of tcpdump");
        List<Frame> frames = [];
        for (int at = HeaderLength; at + RecordLength <= file.Length;)
        {
            ReadOnlySpan<byte> record = file.Span[at..];
            long time = (BinaryPrimitives.ReadUInt32LittleEndian(record) * 1_000_000L) + BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
            if (length < 0 || length > file.Length - at - RecordLength) break;
            if (BinaryPrimitives.ReadInt32LittleEndian(record[12..]) != length) throw new LabException($"{path} holds a frame that was cut");
            frames.Add(new Frame(time, vlan, file.Slice(at + RecordLength, length)));
            at += RecordLength + length;
        }
        return frames;
    }

    /// <summary>Writes frames in the order given, each with its virtual LAN's tag (IEEE 802.1Q), as a trunk shows them.</summary>
    public static void Write(string path, IEnumerable<(long At, Frame Frame)> frames)
    {
        using BufferedStream stream = new(File.Create(path), 1 << 20);
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Microseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], Ethernet);
        stream.Write(header);
        foreach ((long at, Frame frame) in frames)
        {
            WriteRecord(stream, at, frame.Bytes.Length + 4);
            stream.Write(frame.Bytes.Span[..12]);
            Span<byte> tag = [0x81, 0x00, (byte)(frame.Vlan >> 8), (byte)frame.Vlan];
            stream.Write(tag);
            stream.Write(frame.Bytes.Span[12..]);
        }
    }

    private static void WriteRecord(Stream stream, long at, int length)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(at / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(at % 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], length);
        stream.Write(record);
    }
}
