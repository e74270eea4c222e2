using System.Buffers.Binary;
using System.IO.Compression;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Synth;

/// <summary>Reads a capture that the lab has written: classic format, each frame with its virtual LAN's tag; compressed or not.</summary>
internal static class TaggedCapture
{
    private const int HeaderLength = 24, RecordLength = 16;

    /// <summary>All frames, without their tags.</summary>
    /// <exception cref="LabException">It is no such capture.</exception>
    public static IEnumerable<Frame> Read(string path)
    {
        using Stream stream = Open(path);
        byte[] header = new byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, false) < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(header) != 0xa1b2c3d4) throw new LabException($"{path} is not a capture that the lab has written");
        byte[] record = new byte[RecordLength];
        while (stream.ReadAtLeast(record, RecordLength, false) == RecordLength)
        {
            long at = (BinaryPrimitives.ReadUInt32LittleEndian(record) * 1_000_000L) + BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(4));
            int length = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(8));
            if (length is < 18 or > 262_144) throw new LabException($"{path} holds a record of {length} bytes: it is not a capture that the lab has written");
            byte[] frame = new byte[length];
            if (stream.ReadAtLeast(frame, length, false) < length) yield break;
            if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != 0x8100) throw new LabException($"{path} holds frames without a virtual LAN's tag: it is not a capture that the lab has written");
            byte[] plain = new byte[length - 4];
            frame.AsSpan(0, 12).CopyTo(plain);
            frame.AsSpan(16).CopyTo(plain.AsSpan(12));
            yield return new Frame(at, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(14)) & 0xfff, plain);
        }
    }

    private static Stream Open(string path)
    {
        try
        {
            Stream file = new BufferedStream(File.OpenRead(path), 1 << 20);
            return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
