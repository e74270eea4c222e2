using System.Buffers.Binary;
using System.IO.Compression;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The capture readers. The input is a capture file as it is; what an upload would be refused for by its first bytes must hold no frames. An uncompressed one is read a second time a few bytes at a time, and must give the same.</summary>
internal sealed class CaptureTarget : IFuzzTarget
{
    /// <summary>Nothing shorter than a pcap record header is a frame.</summary>
    private const int LeastRecord = 12, MostProblems = 30;

    public string Name => "capture";

    public bool IsFramed => false;

    public int Weight => 4;

    public IEnumerable<byte[][]> Seeds()
    {
        List<byte[]> captures = [];
        byte[] frame = FrameSeeds.Ethernet(0x800, FrameSeeds.Ipv4(17, FrameSeeds.Udp(1, 2, [3, 4])));
        foreach (uint magic in (uint[])[0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34])
        {
            captures.Add(CaptureSeeds.Pcap(magic, isBig: false, frame));
            captures.Add(CaptureSeeds.Pcap(magic, isBig: true, frame));
        }
        captures.Add(CaptureSeeds.Pcapng(isBig: false, frame));
        captures.Add(CaptureSeeds.Pcapng(isBig: true, frame));
        captures.Add([.. captures[^1], .. captures[^2]]);
        foreach (byte[] capture in captures)
        {
            yield return [capture];
            yield return [Gzip(capture)];
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        byte[] file = records[0];
        string? refused = CaptureFiles.WhyNot(file);
        bool isCompressed = file.Length >= 2 && file[0] == 0x1F && file[1] == 0x8B;
        (ulong digest, int frames, string problems) = Read(new MemoryStream(file), isCompressed ? int.MaxValue : file.Length / LeastRecord);
        BrokenPromiseException.Unless(refused is null || frames == 0, "frames-of-a-refused-file", $"{refused}");
        if (isCompressed || !isThorough) return;
        (ulong digest2, int frames2, string problems2) = Read(new Trickle(file), int.MaxValue);
        BrokenPromiseException.Unless(digest == digest2 && problems == problems2, "depends-on-the-reads", $"{frames} frames and {problems} or {frames2} frames and {problems2}");
    }

    private static (ulong Digest, int Frames, string Problems) Read(Stream stream, int most)
    {
        using ICaptureSource source = CaptureFiles.Open(["-"], () => stream);
        ulong digest = 14695981039346656037;
        int frames = 0;
        long last = 0;
        while (source.TryRead(out RawPacket packet))
        {
            BrokenPromiseException.Unless(++frames <= most, "more-frames-than-fit", $"{frames}");
            BrokenPromiseException.Unless(packet.Offset >= 0 && packet.CapturedLength >= 0 && packet.Offset + packet.CapturedLength <= packet.Chunk.Data.Length, "frame-outside-its-chunk");
            BrokenPromiseException.Unless(packet.WireLength >= 0, "negative-length", $"{packet.WireLength}");
            BrokenPromiseException.Unless(packet.Number == last + 1, "frames-misnumbered");
            last = packet.Number;
            digest = ((digest ^ (ulong)packet.At.Nanoseconds) * 1099511628211) ^ (uint)packet.WireLength ^ ((ulong)(uint)packet.Link << 32);
            foreach (byte one in packet.Bytes) digest = (digest ^ one) * 1099511628211;
        }
        BrokenPromiseException.Unless(!source.TryRead(out _), "frames-after-the-end");
        BrokenPromiseException.Unless(source.Problems.Count <= MostProblems, "too-many-problems", $"{source.Problems.Count}");
        return (digest, frames, string.Join('\n', source.Problems.Select(static problem => problem.ToString())));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream into = new();
        using (GZipStream gzip = new(into, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return into.ToArray();
    }

    /// <summary>Gives one to five bytes a read.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true)
    {
        public override int Read(Span<byte> buffer)
        {
            int at = (int)Position, length = Math.Min(Math.Min(buffer.Length, (int)Length - at), 1 + (at % 5));
            GetBuffer().AsSpan(at, length).CopyTo(buffer);
            Position += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}

/// <summary>Writes small captures.</summary>
internal static class CaptureSeeds
{
    private static readonly long Began = CaptureTime.FromSeconds(1_700_000_000).Nanoseconds;

    public static byte[] Pcap(uint magic, bool isBig, params byte[][] frames)
    {
        List<byte> file = [];
        void U32(uint value) => file.AddRange(Number(value, isBig));
        U32(magic);
        file.AddRange(isBig ? [0, 2, 0, 4] : [2, 0, 4, 0]);
        U32(0);
        U32(0);
        U32(262_144);
        U32(1);
        for (int i = 0; i < frames.Length; i++)
        {
            U32((uint)(Began / CaptureTime.PerSecond) + (uint)i);
            U32(0);
            U32((uint)frames[i].Length);
            U32((uint)frames[i].Length);
            if (magic == 0xA1B2CD34) file.AddRange(new byte[8]);
            file.AddRange(frames[i]);
        }
        return [.. file];
    }

    public static byte[] Pcapng(bool isBig, byte[] frame)
    {
        byte[] padding = new byte[-frame.Length & 3];
        ulong time = (ulong)(Began / 1000);
        byte[] U32(long value) => Number((uint)value, isBig);
        return
        [
            .. Block(0x0A0D0D0A, isBig, [.. U32(0x1A2B3C4D), .. isBig ? [0, 1, 0, 0] : (byte[])[1, 0, 0, 0], .. U32(-1), .. U32(-1)]),
            .. Block(1, isBig, [.. isBig ? [0, 1, 0, 0] : (byte[])[1, 0, 0, 0], .. U32(0), .. isBig ? [0, 9, 0, 1] : (byte[])[9, 0, 1, 0], 6, 0, 0, 0, 0, 0, 0, 0]),
            .. Block(6, isBig, [.. U32(0), .. U32((long)(time >> 32)), .. U32((uint)time), .. U32(frame.Length), .. U32(frame.Length), .. frame, .. padding]),
            .. Block(5, isBig, [.. U32(0), .. U32((long)(time >> 32)), .. U32((uint)time)]),
            .. Block(3, isBig, [.. U32(frame.Length), .. frame, .. padding]),
            .. Block(2, isBig, [0, 0, 0, 0, .. U32((long)(time >> 32)), .. U32((uint)time), .. U32(frame.Length), .. U32(frame.Length), .. frame, .. padding]),
        ];
    }

    private static byte[] Block(uint type, bool isBig, byte[] body) => [.. Number(type, isBig), .. Number((uint)body.Length + 12, isBig), .. body, .. Number((uint)body.Length + 12, isBig)];

    private static byte[] Number(uint value, bool isBig)
    {
        byte[] bytes = new byte[4];
        if (isBig) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
