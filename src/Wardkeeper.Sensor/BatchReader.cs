using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor;

/// <summary>
/// Reads frames from a source, decodes them and deals them into batches. A batch ends at a fixed step of capture time or when it
/// is full, so its end depends on the packets alone; what shards learn from each other is exchanged there.
/// </summary>
internal sealed class BatchReader(ICaptureSource source, Decoder decoder)
{
    /// <summary>Capture time after which a batch ends.</summary>
    public const long Step = 30 * CaptureTime.PerSecond;

    private const int MaxFrames = 2048;
    private const long MaxBytes = 1 << 20;

    private RawPacket waiting;
    private bool isWaiting, isOver;
    private long packets, wireBytes;
    private CaptureTime first = new(long.MaxValue), last = new(long.MinValue);

    /// <summary>Frames read so far.</summary>
    public long Packets => Interlocked.Read(ref packets);

    /// <summary>Their bytes on the wire.</summary>
    public long WireBytes => wireBytes;

    /// <summary>Earliest and latest time of a frame; null when there was none.</summary>
    public (CaptureTime First, CaptureTime Last)? Span => packets == 0 ? null : (first, last);

    /// <summary>Fills an emptied batch. False when the source has nothing more; the batch is empty then.</summary>
    public bool Fill(PacketBatch batch)
    {
        if (!isWaiting && !Read()) return false;
        isWaiting = false;
        long step = waiting.At.Nanoseconds / Step, bytes = 0;
        int frames = 0;
        do
        {
            if (waiting.At.Nanoseconds / Step != step)
            {
                isWaiting = true;
                return true;
            }
            Note(batch);
            bytes += waiting.CapturedLength;
            decoder.Decode(in waiting, batch);
        }
        while (++frames < MaxFrames && bytes < MaxBytes && Read());
        return true;
    }

    private bool Read()
    {
        if (isOver) return false;
        if (source.TryRead(out waiting)) return true;
        isOver = true;
        decoder.Finish();
        return false;
    }

    private void Note(PacketBatch batch)
    {
        packets++;
        wireBytes += waiting.WireLength;
        if (waiting.At < first) first = waiting.At;
        if (waiting.At > last) last = waiting.At;
        batch.End = waiting.At;
        batch.LastNumber = waiting.Number;
    }
}
