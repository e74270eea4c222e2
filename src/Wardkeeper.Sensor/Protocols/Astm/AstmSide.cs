using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>
/// One side's half of a conversation: cuts its bytes into characters of control, frames and bare lines, keeps the latest frame until
/// the other side has judged it, and puts accepted frames together to records. Holds at most one frame and one record.
/// </summary>
internal sealed class AstmSide(Side side)
{
    /// <summary>Longest frame that is held, in bytes: 64,000 characters and what is around them. LIS01-A2, 6.3.1.1.</summary>
    public const int MaxFrame = 65_000;

    /// <summary>Bytes of a record that are read; manufacturers' records hold pictures.</summary>
    private const int MaxRecord = 16 * 1024;

    /// <summary>STX and the frame's number.</summary>
    private const int FrameHead = 2;

    private const long NoPlace = -1;

    private readonly AstmMessage message = new(side);
    private Place place;
    private int searched, digits, sum;
    private CaptureTime began, frameBegan, latest;

    private byte[]? frame;
    private int length, number = -1, accepted = -1;
    private byte expectedSum;
    private bool isPending, isRefused, isDamaged, continues;
    private ulong hash, acceptedHash;
    private long start, end, recordAt;

    private byte[]? record;
    private int count;
    private long lineStart;
    private bool isOfFrames, isLost, isHeaderMissing;

    private enum Place : byte
    {
        Between,
        InFrame,
        Checksum,
        TooLong,
    }

    /// <summary>Whether it has enquired and waits for an answer.</summary>
    public bool HasEnquired { get; set; }

    /// <summary>Whether it sends: it was let, has a frame out or is within a message.</summary>
    public bool IsSending => HasEnquired || isPending || message.IsOpen || accepted >= 0;

    /// <summary>What befell the message under way.</summary>
    public AstmMessage Message => message;

    /// <summary>Takes the next step of this side's bytes. A character of control is given back for the analyser to judge.</summary>
    public Progress Take(in Segment segment, ITransactionSink into, out byte control)
    {
        control = 0;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        latest = segment.At;
        if (place == Place.Checksum)
        {
            if (digits < 2 && AstmLine.TryHex(bytes[0], out int digit)) return TakeDigit(digit, in segment, into);
            if (digits == 0) into.Report(AstmFaults.ChecksumMissing);
            place = Place.Between;
        }
        if (place == Place.InFrame) return TakeFrame(in segment, into);
        if (place == Place.TooLong)
        {
            int at = bytes.IndexOfAny([AstmLine.Etx, AstmLine.Etb, AstmLine.Enq, AstmLine.Eot]);
            if (at < 0) return new Progress(bytes.Length);
            place = Place.Between;
            return new Progress(bytes[at] is AstmLine.Etx or AstmLine.Etb ? at + 1 : Math.Max(at, 1));
        }
        switch (bytes[0])
        {
            case AstmLine.Stx:
                EndLine(segment.At, segment.Offset, into);
                place = Place.InFrame;
                searched = 0;
                began = segment.At;
                return TakeFrame(in segment, into);
            case AstmLine.Enq or AstmLine.Ack or AstmLine.Nak or AstmLine.Eot:
                EndLine(segment.At, segment.Offset, into);
                control = bytes[0];
                return new Progress(1);
            case (byte)'\r' or (byte)'\n' or AstmLine.Etx or AstmLine.Etb:
                EndLine(segment.At, segment.Offset, into);
                return new Progress(1);
            default:
                return TakeLine(in segment);
        }
    }

    /// <summary>The other side accepted what is out.</summary>
    public void Accept(CaptureTime at, ITransactionSink into)
    {
        if (HasEnquired) accepted = Math.Max(accepted, 0);
        HasEnquired = false;
        Commit(AstmOutcome.Acked, at, into);
    }

    /// <summary>The other side refused what is out.</summary>
    public void Refuse()
    {
        if (isPending)
        {
            isRefused = true;
            message.FramesRefused++;
        }
        else if (HasEnquired)
        {
            message.EnquiriesRefused++;
        }
        HasEnquired = false;
    }

    /// <summary>This side begins or ends a transfer: what is out was judged or never will be, and a message that is open has no end.</summary>
    public void Finish(CaptureTime at, ITransactionSink into)
    {
        bool refused = isPending && isRefused;
        Commit(refused ? AstmOutcome.Refused : AstmOutcome.Unanswered, at, into);
        if (message.IsOpen) message.Close(refused ? AstmOutcome.Refused : AstmOutcome.Unfinished, at, into);
        message.ForgetFrames();
        HasEnquired = isOfFrames = false;
        (accepted, acceptedHash, count) = (-1, 0, 0);
    }

    /// <summary>Bytes of this side were lost: what is open is as it is, and nothing is believed until the next header.</summary>
    public void Gap(ITransactionSink into)
    {
        if (message.IsOpen)
        {
            message.MissedBytes = true;
            message.Close(AstmOutcome.Unfinished, latest, into);
        }
        isPending = HasEnquired = isOfFrames = false;
        place = Place.Between;
        (count, accepted, searched) = (0, -1, 0);
        isLost = true;
        lineStart = -1;
    }

    /// <summary>The conversation ended.</summary>
    public void End(ITransactionSink into)
    {
        if (place == Place.InFrame) into.Report(AstmFaults.FrameUnterminated);
        EndLine(latest, lineStart + count, into);
        Finish(latest, into);
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        if (frame is not null) ArrayPool<byte>.Shared.Return(frame);
        if (record is not null) ArrayPool<byte>.Shared.Return(record);
        frame = record = null;
        place = Place.Between;
        (count, length, searched, digits, sum, accepted, number) = (0, 0, 0, 0, 0, -1, -1);
        (start, end, lineStart) = (0, 0, 0);
        (hash, acceptedHash) = (0, 0);
        began = frameBegan = latest = default;
        isPending = isRefused = isDamaged = continues = isOfFrames = isLost = isHeaderMissing = HasEnquired = false;
        message.Reset();
    }

    private Progress TakeFrame(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int from = Math.Max(1, searched), limit = Math.Min(bytes.Length, MaxFrame);
        int at = from >= limit ? -1 : bytes[from..limit].IndexOfAny([AstmLine.Stx, AstmLine.Etx, AstmLine.Etb, AstmLine.Enq, AstmLine.Eot]);
        if (at < 0)
        {
            searched = limit;
            if (limit < MaxFrame) return new Progress(0);
            place = Place.TooLong;
            return new Progress(limit, 0, AstmFaults.FrameTooLong);
        }
        at += from;
        if (bytes[at] is not (AstmLine.Etx or AstmLine.Etb))
        {
            place = Place.Between;
            return new Progress(at, 0, AstmFaults.FrameUnterminated);
        }
        place = Place.Checksum;
        (digits, sum) = (0, 0);
        TakeText(bytes[1..at], AstmLine.Sum(bytes[1..(at + 1)]), bytes[at] == AstmLine.Etb, segment.At, segment.Offset, into);
        end = segment.Offset + at + 1;
        return new Progress(at + 1);
    }

    /// <summary>A frame came. The one before it was judged, or its judgement was not seen; the same one again is a retransmission.</summary>
    private void TakeText(ReadOnlySpan<byte> text, byte sumOfText, bool isIntermediate, CaptureTime at, long from, ITransactionSink into)
    {
        int ofFrame = text.Length > 0 && text[0] is >= (byte)'0' and <= (byte)'7' ? text[0] - '0' : -1;
        ulong hashOfText = Hash(text);
        bool isRepeat = isPending ? ofFrame == number && (isRefused || isDamaged || hashOfText == hash) : ofFrame == accepted && hashOfText == acceptedHash;
        if (!isRepeat)
        {
            Commit(isRefused ? AstmOutcome.Refused : AstmOutcome.Unanswered, at, into);
            if (ofFrame < 0 || (!isLost && ofFrame != (Math.Max(accepted, 0) + 1) % 8)) into.Report(AstmFaults.FrameNumber);
        }
        message.Frames++;
        if (isRepeat) message.FramesRepeated++;
        // The receiver has it already: its acceptance was lost on the way.
        if (isRepeat && !isPending) return;
        frame ??= ArrayPool<byte>.Shared.Rent(1024);
        if (frame.Length < text.Length)
        {
            ArrayPool<byte>.Shared.Return(frame);
            frame = ArrayPool<byte>.Shared.Rent(text.Length);
        }
        text[(ofFrame < 0 ? 0 : 1)..].CopyTo(frame);
        length = text.Length - (ofFrame < 0 ? 0 : 1);
        (number, hash, expectedSum, continues, start, frameBegan) = (ofFrame, hashOfText, sumOfText, isIntermediate, from, began);
        isPending = true;
        isRefused = isDamaged = false;
    }

    private Progress TakeDigit(int digit, in Segment segment, ITransactionSink into)
    {
        sum = (sum << 4) | digit;
        end = segment.Offset + 1;
        if (++digits < 2 || sum == expectedSum) return new Progress(1);
        isDamaged = true;
        message.ChecksumsWrong++;
        into.Report(AstmFaults.Checksum);
        return new Progress(1);
    }

    /// <summary>What is out becomes part of its message.</summary>
    private void Commit(AstmOutcome outcome, CaptureTime at, ITransactionSink into)
    {
        if (!isPending) return;
        isPending = false;
        HasEnquired = false;
        // Of a frame that was refused because it arrived damaged nothing is known.
        if (outcome == AstmOutcome.Refused && isDamaged) return;
        (accepted, acceptedHash) = (number < 0 ? 0 : number, hash);
        Span<byte> text = frame.AsSpan(0, length);
        while (!text.IsEmpty)
        {
            int line = text.IndexOfAny((byte)'\r', (byte)'\n');
            Append(line < 0 ? text : text[..line], start + FrameHead + length - text.Length);
            if (line < 0) break;
            EndRecord(true, outcome, at, into);
            text = text[(line + 1)..];
        }
        if (!continues) EndRecord(true, outcome, at, into);
        isOfFrames = count > 0;
    }

    private Progress TakeLine(in Segment segment)
    {
        int next = segment.Bytes.IndexOfAny([AstmLine.Stx, AstmLine.Etx, AstmLine.Eot, AstmLine.Enq, AstmLine.Ack, AstmLine.Nak, AstmLine.Etb, (byte)'\r', (byte)'\n']);
        int taken = next < 0 ? segment.Bytes.Length : next;
        // After a loss the rest of a line says nothing; a record that a frame left open is never continued by a bare line.
        if (lineStart < 0 || isPending || isOfFrames || (message.IsOpen && message.IsFramed)) return new Progress(taken);
        if (count == 0) (lineStart, began) = (segment.Offset, segment.At);
        Append(segment.Bytes[..taken], segment.Offset);
        return new Progress(taken);
    }

    private void EndLine(CaptureTime at, long offset, ITransactionSink into)
    {
        if (lineStart < 0)
        {
            lineStart = 0;
            return;
        }
        if (count == 0 || isOfFrames) return;
        if (message.IsOpen || AstmHeader.IsHeader(record.AsSpan(0, count)))
        {
            (start, end, frameBegan) = (lineStart, offset, began);
            EndRecord(false, AstmOutcome.Unanswered, at, into);
            return;
        }
        count = 0;
        if (!isLost) into.Report(AstmFaults.TextBetweenFrames);
    }

    private void EndRecord(bool framed, AstmOutcome outcome, CaptureTime at, ITransactionSink into)
    {
        if (count == 0) return;
        ReadOnlySpan<byte> bytes = record.AsSpan(0, count);
        count = 0;
        if (AstmHeader.IsHeader(bytes))
        {
            if (message.IsOpen) message.Close(AstmOutcome.Unfinished, at, into);
            message.Open(framed, frameBegan, start);
            isLost = isHeaderMissing = false;
        }
        else if (!message.IsOpen)
        {
            if (!isLost && !isHeaderMissing) into.Report(AstmFaults.HeaderMissing);
            isHeaderMissing = true;
            return;
        }
        message.Extend(end);
        if (message.Add(bytes, recordAt, into)) message.Close(outcome, at, into);
    }

    private void Append(ReadOnlySpan<byte> bytes, long at)
    {
        // A record that frames divide lies in no one place.
        recordAt = count == 0 ? at : recordAt >= 0 && recordAt + count == at ? recordAt : NoPlace;
        bytes = bytes[..Math.Min(bytes.Length, MaxRecord - count)];
        if (record is null || record.Length - count < bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(count + bytes.Length, Math.Min(MaxRecord, count * 2))));
            record.AsSpan(0, count).CopyTo(larger);
            if (record is not null) ArrayPool<byte>.Shared.Return(record);
            record = larger;
        }
        bytes.CopyTo(record.AsSpan(count));
        count += bytes.Length;
    }

    /// <summary>FNV-1a; the same in every run.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in text) hash = (hash ^ value) * 1099511628211;
        return hash;
    }
}
