using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>Cuts one side's bytes into messages: each reaches from its XML declaration or root tag to the end tag of the same name.</summary>
internal sealed class PoctSide
{
    /// <summary>Longest message that is read, in bytes; lists of operators and patients are the long ones.</summary>
    public const int MaxMessage = 512 * 1024;

    private readonly byte[] endTag = new byte[64];
    private int endLength, searched, head;
    private Place place;
    private CaptureTime began;

    private enum Place : byte
    {
        Between,
        InMessage,
        Lost,
    }

    /// <summary>Takes the next step; true when a message has come whole: then it is the first <see cref="Progress.Consumed"/> bytes.</summary>
    public bool TryTake(in Segment segment, ITransactionSink into, out Progress progress, out CaptureTime since)
    {
        since = default;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (place == Place.Lost && !Find(bytes, out progress)) return false;
        if (place == Place.Between)
        {
            int blanks = bytes.IndexOfAnyExcept(" \t\r\n\0"u8);
            if (blanks != 0)
            {
                progress = new Progress(blanks < 0 ? bytes.Length : blanks);
                return false;
            }
            began = segment.At;
            switch (PoctRoot.Begins(bytes, out Range name))
            {
                case Match.NeedMore:
                    progress = new Progress(0);
                    return false;
                case Match.No:
                    place = Place.Lost;
                    progress = new Progress(1, 0, PoctFaults.TextBetweenMessages);
                    return false;
                default:
                    place = Place.InMessage;
                    "</"u8.CopyTo(endTag);
                    bytes[name].CopyTo(endTag.AsSpan(2));
                    (endLength, head) = (2 + bytes[name].Length, name.End.Value);
                    searched = head;
                    break;
            }
        }
        since = began;
        return TryEnd(bytes, into, out progress);
    }

    /// <summary>Bytes were lost: nothing is believed until a message begins.</summary>
    public void Gap() => (place, searched) = (Place.Lost, 0);

    /// <summary>The conversation ended.</summary>
    public void End(ITransactionSink into)
    {
        if (place == Place.InMessage) into.Report(PoctFaults.MessageUnfinished);
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        (place, endLength, searched, head) = (Place.Between, 0, 0, 0);
        began = default;
    }

    private bool TryEnd(ReadOnlySpan<byte> bytes, ITransactionSink into, out Progress progress)
    {
        int limit = Math.Min(bytes.Length, MaxMessage);
        if (place == Place.InMessage && searched == head)
        {
            // An empty root element is a message too.
            int close = bytes[head..limit].IndexOf((byte)'>');
            if (close > 0 && bytes[head + close - 1] == '/') return Whole(head + close + 1, out progress);
            if (close >= 0) searched = head + close + 1;
        }
        while (true)
        {
            int end = bytes[searched..limit].IndexOf(endTag.AsSpan(0, endLength));
            if (end < 0)
            {
                if (searched > head) searched = Math.Max(searched, limit - endLength);
                break;
            }
            searched += end;
            int close = bytes[(searched + endLength)..limit].IndexOf((byte)'>');
            if (close < 0) break;
            int stop = searched + endLength + close + 1;
            if (bytes.Slice(searched + endLength, close).Trim(" \t\r\n"u8).IsEmpty) return Whole(stop, out progress);
            searched = stop;
        }
        if (limit < MaxMessage)
        {
            progress = new Progress(0);
            return false;
        }
        // What follows of it is looked for as if it were lost: the next message begins with a root of its own.
        place = Place.Lost;
        searched = 0;
        into.Report(PoctFaults.MessageTooLong);
        progress = new Progress(limit);
        return true;
    }

    private bool Whole(int length, out Progress progress)
    {
        (place, searched) = (Place.Between, 0);
        progress = new Progress(length);
        return true;
    }

    /// <summary>Looks for the next message after bytes that make no sense.</summary>
    private bool Find(ReadOnlySpan<byte> bytes, out Progress progress)
    {
        int next = bytes.IndexOf((byte)'<');
        if (next != 0)
        {
            progress = new Progress(next < 0 ? bytes.Length : next);
            return false;
        }
        Match match = PoctRoot.Begins(bytes, out _);
        progress = new Progress(match == Match.No ? 1 : 0);
        if (match == Match.Yes) place = Place.Between;
        return match == Match.Yes;
    }
}
