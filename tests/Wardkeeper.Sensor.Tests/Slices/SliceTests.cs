using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Slices;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Slices;

/// <summary>Slices of a recorded day: what belongs to the evidence and nothing else, as pcapng, from a file and from the latest packets of a sensor.</summary>
public class SliceTests
{
    private static readonly string Day = Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap");

    [Fact]
    public void What_is_written_is_read_back_the_same_to_the_nanosecond()
    {
        List<Frame> frames = [.. Frames(() => CaptureFiles.Open([Day])).Take(400)];
        byte[] file = Written(frames, "evidence 证据");
        Assert.Equal(frames.Select(frame => (frame.At, frame.Link, frame.Wire, Convert.ToHexString(frame.Bytes))), Frames(() => Opened(file)).Select(frame => (frame.At, frame.Link, frame.Wire, Convert.ToHexString(frame.Bytes))));
        Assert.Contains("evidence 证据", System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_holds_the_conversation_of_the_evidence_around_its_time_and_nothing_else()
    {
        List<Frame> all = [.. Frames(() => CaptureFiles.Open([Day]))];
        Frame evidence = all.Where(frame => Tuple(frame.Bytes) is not null).ElementAt(3000);
        (string, string) tuple = Tuple(evidence.Bytes)!.Value;
        // A second opinion, by plain reading of Ethernet, IPv4 and TCP or UDP.
        long[] expected = [.. all.Where(frame => Tuple(frame.Bytes) is { } other && (other == tuple || other == (tuple.Item2, tuple.Item1)) && Math.Abs(frame.At.Nanoseconds - evidence.At.Nanoseconds) <= 60L * CaptureTime.PerSecond).Select(frame => frame.At.Nanoseconds)];
        MemoryStream file = new();
        IReadOnlyDictionary<long, SliceCut> cut = SliceCutter.Cut([new SliceRequest(7, "F-7", [new SlicePoint(evidence.At, evidence.Number)]), new SliceRequest(8, "F-8", [new SlicePoint(evidence.At, 0)])], () => CaptureFiles.Open([Day]), _ => file);
        Assert.Equal([7L], cut.Keys);
        Assert.Equal(expected, Frames(() => Opened(file.ToArray())).Select(frame => frame.At.Nanoseconds));
        Assert.Equal((expected.Length, 0), (cut[7].Packets, cut[7].LeftOut));
        Assert.InRange(expected.Length, 1, SliceCutter.MostPackets);
    }

    [Fact]
    public void The_latest_packets_stay_within_their_bound_and_give_the_same_slice_as_the_file()
    {
        const long Bound = 3 << 20;
        RecentPackets recent = new(Bound);
        using ICaptureSource source = RememberedSource.Of(CaptureFiles.Open([Day]), recent);
        List<long> numbers = [];
        long bytes = 0;
        while (source.TryRead(out RawPacket packet))
        {
            numbers.Add(packet.Number);
            bytes += packet.CapturedLength;
        }
        List<Frame> kept = [.. Frames(recent.Snapshot())];
        Assert.True(bytes > 2 * Bound, "the day is too short for this test");
        Assert.InRange(kept.Sum(frame => frame.Bytes.Length + 32L), Bound / 2, Bound);
        // Nothing in the middle is missing, and the newest is there.
        Assert.Equal(numbers[^kept.Count..], kept.Select(frame => frame.Number));
        Frame evidence = kept.Where(frame => Tuple(frame.Bytes) is not null).Last();
        SliceRequest request = new(1, "F-1", [new SlicePoint(evidence.At, evidence.Number)]);
        MemoryStream fromRing = new(), fromFile = new();
        SliceCutter.Cut([request], recent.Snapshot(), _ => fromRing);
        SliceCutter.Cut([request], () => CaptureFiles.Open([Day]), _ => fromFile);
        List<long> whole = [.. Frames(() => Opened(fromFile.ToArray())).Select(frame => frame.At.Nanoseconds)];
        Assert.Equal(whole.Where(at => at >= kept[0].At.Nanoseconds), Frames(() => Opened(fromRing.ToArray())).Select(frame => frame.At.Nanoseconds));
    }

    [Fact]
    public void A_full_memory_of_packets_allocates_nothing_for_another()
    {
        RecentPackets recent = new(2 << 20);
        Chunk chunk = Chunk.Rent(1500);
        RawPacket packet = new() { Number = 1, At = CaptureTime.FromSeconds(1), Chunk = chunk, CapturedLength = 1500, WireLength = 1500, Link = 1 };
        for (int i = 0; i < 10_000; i++) recent.Add(in packet);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++) recent.Add(in packet);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        chunk.Release();
    }

    private static byte[] Written(IEnumerable<Frame> frames, string comment)
    {
        MemoryStream file = new();
        Sensor.Slices.PcapngWriter writer = new(file, comment);
        foreach (Frame frame in frames)
        {
            Chunk chunk = Chunk.Rent(frame.Bytes.Length);
            frame.Bytes.CopyTo(chunk.Data, 0);
            writer.Write(new RawPacket { At = frame.At, Chunk = chunk, CapturedLength = frame.Bytes.Length, WireLength = frame.Wire, Link = frame.Link }, null);
            chunk.Release();
        }
        return file.ToArray();
    }

    private static ICaptureSource Opened(byte[] file) => CaptureFiles.Open(["-"], () => new MemoryStream(file));

    private static IEnumerable<Frame> Frames(Func<ICaptureSource> open)
    {
        using ICaptureSource source = open();
        while (Next(source) is { } frame) yield return frame;
        Assert.Empty(source.Problems);
    }

    private static Frame? Next(ICaptureSource source) => source.TryRead(out RawPacket packet) ? new Frame(packet.Number, packet.At, packet.Link, packet.WireLength, packet.Bytes.ToArray()) : null;

    private static (string, string)? Tuple(ReadOnlySpan<byte> frame)
    {
        // The wards' VLANs are tagged (802.1Q).
        if (frame.Length > 46 && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == 0x8100) frame = (byte[])[.. frame[..12], .. frame[16..]];
        if (frame.Length < 42 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800 || frame[14] != 0x45 || frame[23] is not (6 or 17)) return null;
        return (Convert.ToHexString(frame[23..24]) + Convert.ToHexString(frame[26..30]) + Convert.ToHexString(frame[34..36]), Convert.ToHexString(frame[23..24]) + Convert.ToHexString(frame[30..34]) + Convert.ToHexString(frame[36..38]));
    }

    private sealed record Frame(long Number, CaptureTime At, int Link, int Wire, byte[] Bytes);
}
