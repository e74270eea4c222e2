using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Slices;

/// <summary>
/// The latest frames of a sensor, within a bound of memory: when it is full, the oldest go. One thread adds, any may look; adding copies the
/// frame and allocates nothing once the ring is full.
/// </summary>
/// <param name="bytes">Most bytes that it holds.</param>
internal sealed class RecentPackets(long bytes)
{
    private const int Segment = 1 << 20, Head = 32;
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Data, int Used)> full = [];
    private byte[] current = new byte[Segment];
    private int used;

    /// <summary>Frames that were longer than a segment and are not in the ring.</summary>
    public long TooLong { get; private set; }

    /// <summary>Adds a frame.</summary>
    public void Add(in RawPacket packet)
    {
        int length = Head + packet.CapturedLength;
        lock (gate)
        {
            if (length > Segment)
            {
                TooLong++;
                return;
            }
            if (used + length > Segment) Turn();
            Span<byte> at = current.AsSpan(used, length);
            BinaryPrimitives.WriteInt64LittleEndian(at, packet.Number);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], packet.At.Nanoseconds);
            BinaryPrimitives.WriteInt32LittleEndian(at[16..], packet.CapturedLength);
            BinaryPrimitives.WriteInt32LittleEndian(at[20..], packet.WireLength);
            BinaryPrimitives.WriteInt32LittleEndian(at[24..], packet.Link);
            packet.Bytes.CopyTo(at[Head..]);
            used += length;
        }
    }

    /// <summary>What the ring holds now, as a source that can be opened again and again while the ring goes on.</summary>
    public Func<ICaptureSource> Snapshot()
    {
        List<byte[]> copies = [];
        lock (gate)
        {
            foreach ((byte[] data, int length) in full) copies.Add(data[..length]);
            copies.Add(current[..used]);
        }
        return () => new Frames(copies);
    }

    private void Turn()
    {
        full.Enqueue((current, used));
        // The memory of the oldest is that of the newest, once there is as much as may be.
        current = (full.Count + 1L) * Segment > bytes ? full.Dequeue().Data : new byte[Segment];
        used = 0;
    }

    private sealed class Frames(IReadOnlyList<byte[]> segments) : ICaptureSource
    {
        private Chunk? chunk;
        private int segment, at;

        public (long Read, long Total) Progress => (segment, segments.Count);

        public IReadOnlyList<CaptureProblem> Problems => [];

        public IReadOnlyList<CaptureInfo> Captures => [];

        public bool TryRead(out RawPacket packet)
        {
            packet = default;
            while (segment < segments.Count && at >= segments[segment].Length) (segment, at) = (segment + 1, 0);
            if (segment >= segments.Count) return false;
            ReadOnlySpan<byte> here = segments[segment].AsSpan(at);
            int captured = BinaryPrimitives.ReadInt32LittleEndian(here[16..]);
            chunk?.Release();
            chunk = Chunk.Rent(Math.Max(captured, 1));
            here.Slice(Head, captured).CopyTo(chunk.Data);
            packet = new RawPacket
            {
                Number = BinaryPrimitives.ReadInt64LittleEndian(here),
                At = new CaptureTime(BinaryPrimitives.ReadInt64LittleEndian(here[8..])),
                Chunk = chunk,
                CapturedLength = captured,
                WireLength = BinaryPrimitives.ReadInt32LittleEndian(here[20..]),
                Link = BinaryPrimitives.ReadInt32LittleEndian(here[24..]),
            };
            at += Head + captured;
            return true;
        }

        public void Dispose() => chunk?.Release();
    }
}
