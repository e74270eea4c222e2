using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>Ethernet frames from memory. The first byte of each: tenths of a second since the frame before.</summary>
internal sealed class MemoryFrames(byte[][] records) : ICaptureSource
{
    private int next;
    private long now = CaptureTime.FromSeconds(1_700_000_000).Nanoseconds;
    private Chunk? chunk;

    public (long Read, long Total) Progress => (next, records.Length);

    public IReadOnlyList<CaptureProblem> Problems => [];

    public IReadOnlyList<CaptureInfo> Captures => [];

    public bool TryRead(out RawPacket packet)
    {
        chunk?.Release();
        chunk = null;
        packet = default;
        while (next < records.Length && records[next].Length == 0) next++;
        if (next == records.Length) return false;
        byte[] record = records[next++];
        now += record[0] * (CaptureTime.PerSecond / 10);
        int length = record.Length - 1;
        chunk = Chunk.Rent(length);
        int offset = chunk.Data.Length - length;
        record.AsSpan(1).CopyTo(chunk.Data.AsSpan(offset));
        packet = new RawPacket { Number = next, NumberInSource = next, At = new CaptureTime(now), Chunk = chunk, Offset = offset, CapturedLength = length, WireLength = length, Link = (int)LinkType.Ethernet };
        return true;
    }

    public void Dispose() => chunk?.Release();
}
