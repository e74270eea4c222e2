using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor;

/// <summary>
/// Reads frames from a source, decodes them and deals them into batches. A batch ends at a fixed step of capture time or when it
/// is full, so its end depends on the packets alone; what shards learn from each other is exchanged there. Only a live source
/// also ends a batch, even an empty one, when it has had nothing to give for a tick.
/// </summary>
internal sealed class BatchReader(ICaptureSource source, Decoder decoder)
{
    /// <summary>Capture time after which a batch ends.</summary>
    public const long Step = 30 * CaptureTime.PerSecond;

    private const int MaxFrames = 2048;
    private const long MaxBytes = 1 << 20;

    private readonly ILiveSource? live = source as ILiveSource;
    private RawPacket waiting;
    private bool isWaiting, isOver;
    private long packets, wireBytes;
    private CaptureTime first = new(long.MaxValue), last = new(long.MinValue), furthest = new(long.MinValue);

    /// <summary>Frames read so far.</summary>
    public long Packets => Interlocked.Read(ref packets);

    /// <summary>Their bytes on the wire.</summary>
    public long WireBytes => wireBytes;

    /// <summary>Earliest and latest time of a frame; null when there was none.</summary>
    public (CaptureTime First, CaptureTime Last)? Span => packets == 0 ? null : (first, last);

    /// <summary>Fills an emptied batch. False when the source has nothing more; the batch is empty then.</summary>
    public bool Fill(PacketBatch batch)
    {
        if (live is null) return FillFrom(batch);
        batch.EndsFlows = false;
        live.BeginBatch();
        bool isFilled = FillFrom(batch);
        // A frame may be older than a time that was declared over; what is handed on never runs back.
        if (isFilled && batch.End > furthest) furthest = batch.End;
        batch.End = furthest;
        return isFilled;
    }

    private bool FillFrom(PacketBatch batch)
    {
        if (!isWaiting && !Read())
        {
            if (!isOver) CloseQuietly(batch);
            return !isOver;
        }
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
            if (++frames >= MaxFrames || bytes >= MaxBytes) return true;
        }
        while (Read());
        if (!isOver) CloseQuietly(batch);
        return true;
    }

    private bool Read()
    {
        if (isOver) return false;
        if (source.TryRead(out waiting)) return true;
        if (live is { HasEnded: false }) return false;
        isOver = true;
        decoder.Finish();
        return false;
    }

    /// <summary>Nothing is due at a live source: capture time goes on all the same.</summary>
    private void CloseQuietly(PacketBatch batch)
    {
        CaptureTime now = live!.Now;
        batch.End = now > last ? now : last;
        batch.LastNumber = packets;
        batch.EndsFlows = live.TakeBreak();
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
