using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// Cuts one side's bytes into frames. A frame is a start block, text and an end block; missing start blocks and carriage returns are
/// forgiven, and text without any blocks is cut where the next header begins or the conversation ends.
/// </summary>
internal sealed class MllpReader(Side side)
{
    /// <summary>First byte of a frame.</summary>
    public const byte StartBlock = 0x0B;

    /// <summary>Byte after a frame's text; a carriage return should follow.</summary>
    public const byte EndBlock = 0x1C;

    /// <summary>Longest frame that is held, in bytes.</summary>
    public const int MaxFrame = (4 << 20) - 1024;

    /// <summary>Longest text without blocks that is held, in bytes.</summary>
    public const int MaxUnframed = 256 << 10;

    private Place place;
    private CaptureTime began;
    private int searched;

    // Text without an end block ends with the conversation, when the feeder shows nothing any more: it is kept here.
    private byte[]? text;
    private int count;
    private long start;
    private CaptureTime latest, lineAt;
    private int line;

    private enum Place : byte
    {
        Between,
        InFrame,
        InText,
        Lost,
    }

    /// <summary>Bytes that were searched for the end of a frame so far: about as many as came.</summary>
    public long Searched { get; private set; }

    /// <summary>What was wrong since it was last asked: frames without end, text between frames; and what the one who reads the frames adds.</summary>
    public int Faults { get; set; }

    /// <summary>Text without blocks that waits for its end.</summary>
    public ReadOnlySpan<byte> Waiting => place == Place.InText ? text.AsSpan(0, count) : default;

    /// <summary>Takes the next step: fillers, a frame, or bytes nobody can use.</summary>
    public Progress Take(in Segment segment, IFrameSink frames, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        switch (place)
        {
            case Place.InFrame: return TakeFrame(in segment, frames, into);
            case Place.InText: return TakeText(in segment, frames, into);
            case Place.Lost:
                Progress skipped = Skip(bytes);
                if (skipped.Consumed > 0) return skipped;
                break;
            default: break;
        }
        int fillers = bytes.IndexOfAnyExcept("\r\n\0 "u8);
        if (fillers != 0) return new Progress(fillers < 0 ? bytes.Length : fillers);
        began = segment.At;
        searched = 0;
        if (bytes[0] == StartBlock)
        {
            place = Place.InFrame;
            return TakeFrame(in segment, frames, into);
        }
        switch (Hl7Header.Begins(bytes))
        {
            case Match.NeedMore:
                return new Progress(0);
            case Match.No:
                place = Place.Lost;
                if (bytes[0] != EndBlock) Faults++;
                return Skip(bytes) with { Fault = bytes[0] == EndBlock ? null : Hl7Faults.TextBetweenFrames };
            default:
                place = Place.InText;
                start = segment.Offset;
                return TakeText(in segment, frames, into);
        }
    }

    /// <summary>How much was wrong since this was last asked.</summary>
    public int TakeFaults()
    {
        int faults = Faults;
        Faults = 0;
        return faults;
    }

    /// <summary>Hands out text that waits for its end.</summary>
    public void Flush(IFrameSink frames, ITransactionSink into)
    {
        if (place != Place.InText) return;
        place = Place.Between;
        Deliver(0, count, latest, frames, into);
        Drop();
    }

    /// <summary>Bytes were lost: nothing is believed until the next start or end block.</summary>
    public void Gap()
    {
        Drop();
        place = Place.Lost;
        searched = 0;
    }

    /// <summary>The conversation ended.</summary>
    public void End(IFrameSink frames, ITransactionSink into)
    {
        if (place == Place.InFrame) into.Report(Hl7Faults.FrameUnfinished);
        Flush(frames, into);
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        Drop();
        place = Place.Between;
        searched = 0;
        Searched = 0;
        Faults = 0;
    }

    private Progress Skip(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOfAny(StartBlock, EndBlock);
        if (at < 0) return new Progress(bytes.Length);
        place = Place.Between;
        return new Progress(bytes[at] == EndBlock ? at + 1 : at);
    }

    private Progress TakeFrame(in Segment segment, IFrameSink frames, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int from = Math.Max(1, searched), limit = Math.Min(bytes.Length, MaxFrame);
        int at = from >= limit ? -1 : bytes[from..limit].IndexOfAny(StartBlock, EndBlock);
        Searched += (at < 0 ? limit : from + at) - searched;
        if (at >= 0)
        {
            at += from;
            place = Place.Between;
            bool ended = bytes[at] == EndBlock;
            if (!ended)
            {
                into.Report(Hl7Faults.FrameUnterminated);
                Faults++;
            }
            int taken = ended ? at + 1 : at;
            frames.Take(new Frame(bytes[1..at], segment.Range(0, taken), began, segment.At, true, false), into);
            return new Progress(taken);
        }
        searched = limit;
        if (limit < MaxFrame) return new Progress(0);
        place = Place.Lost;
        frames.Take(new Frame(bytes[1..limit], segment.Range(0, limit), began, segment.At, true, true), into);
        return new Progress(limit, 0, Hl7Faults.MessageTooLong);
    }

    private Progress TakeText(in Segment segment, IFrameSink frames, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int end = bytes.IndexOfAny(StartBlock, EndBlock);
        int fits = Math.Min(end < 0 ? bytes.Length : end, MaxUnframed - count);
        Append(bytes[..fits]);
        latest = segment.At;
        CutAtHeaders(frames, into);
        if (fits == end)
        {
            Flush(frames, into);
            if (bytes[end] == EndBlock) return new Progress(end + 1);
            return end > 0 ? new Progress(end) : Take(in segment, frames, into);
        }
        if (count < MaxUnframed) return new Progress(fits);
        place = Place.Lost;
        frames.Take(new Frame(text.AsSpan(0, count), new ByteRange(side, start, count), began, latest, false, true), into);
        Drop();
        return new Progress(fits, 0, Hl7Faults.MessageTooLong);
    }

    /// <summary>Hands out what lies before each header that begins a line; the last message stays.</summary>
    private void CutAtHeaders(IFrameSink frames, ITransactionSink into)
    {
        int first = 0;
        while (true)
        {
            int end = text.AsSpan(searched, count - searched).IndexOfAny((byte)'\r', (byte)'\n');
            Searched += end < 0 ? count - searched : end + 1;
            if (end < 0)
            {
                searched = count;
                break;
            }
            end += searched + 1;
            if (line != end) (line, lineAt) = (end, latest);
            Match header = Hl7Header.Begins(text.AsSpan(end, count - end));
            if (header == Match.NeedMore)
            {
                searched = end - 1;
                break;
            }
            searched = end;
            if (header == Match.No) continue;
            // The message was complete with this line end, however long it took to see that another one follows.
            Deliver(first, end, lineAt, frames, into);
            (first, began) = (end, latest);
        }
        if (first == 0) return;
        text.AsSpan(first, count - first).CopyTo(text);
        (count, start, searched, line) = (count - first, start + first, searched - first, line - first);
    }

    private void Deliver(int from, int to, CaptureTime at, IFrameSink frames, ITransactionSink into) =>
        frames.Take(new Frame(text.AsSpan(from, to - from), new ByteRange(side, start + from, to - from), began, at, false, false), into);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (text is null || text.Length - count < bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(count + bytes.Length, Math.Min(MaxUnframed, Math.Max(512, count * 2))));
            text.AsSpan(0, count).CopyTo(larger);
            if (text is not null) ArrayPool<byte>.Shared.Return(text);
            text = larger;
        }
        bytes.CopyTo(text.AsSpan(count));
        count += bytes.Length;
    }

    private void Drop()
    {
        if (text is not null) ArrayPool<byte>.Shared.Return(text);
        text = null;
        count = line = 0;
    }
}

/// <summary>The text of one frame, without its blocks.</summary>
/// <param name="text">The bytes between start and end block.</param>
/// <param name="bytes">Where the frame lies in the stream.</param>
/// <param name="began">Time of its first byte.</param>
/// <param name="at">Time of its last byte.</param>
/// <param name="framed">Whether it began with a start block.</param>
/// <param name="truncated">Whether it is longer than this.</param>
internal readonly ref struct Frame(ReadOnlySpan<byte> text, ByteRange bytes, CaptureTime began, CaptureTime at, bool framed, bool truncated)
{
    public ReadOnlySpan<byte> Text { get; } = text;

    public ByteRange Bytes { get; } = bytes;

    public CaptureTime Began { get; } = began;

    public CaptureTime At { get; } = at;

    public bool Framed { get; } = framed;

    public bool Truncated { get; } = truncated;
}

/// <summary>Where frames go.</summary>
internal interface IFrameSink
{
    /// <summary>Takes one frame; its text is valid during the call only.</summary>
    void Take(in Frame frame, ITransactionSink into);
}
