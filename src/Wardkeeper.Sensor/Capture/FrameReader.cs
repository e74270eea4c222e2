namespace Wardkeeper.Sensor.Capture;

/// <summary>Takes the frames out of one file format. Every length is compared with what is there before anything is sized by it.</summary>
internal abstract class FrameReader(ChunkReader bytes, CaptureLog log)
{
    /// <summary>A captured length beyond this is damage in any capture, in bytes.</summary>
    public const int LargestFrame = 256 << 20;

    /// <summary>How far to look for the next record after damage, in bytes; zeros are not counted, because an unclean shutdown leaves long runs of them.</summary>
    protected const int LongestSearch = 16 << 20;

    /// <summary>The capture's bytes.</summary>
    protected ChunkReader Bytes => bytes;

    /// <summary>Where problems go.</summary>
    protected CaptureLog Log => log;

    /// <summary>True when nothing more will come.</summary>
    protected bool Ended { get; set; }

    /// <summary>Reads what stands before the first frame. False (with a problem) if it is cut or damaged.</summary>
    public abstract bool TryReadHeader();

    /// <summary>The next frame: its time, place, lengths and link type. False at the end, with a problem unless the end is clean.</summary>
    public abstract bool TryRead(out RawPacket packet);

    /// <summary>The input ended before <paramref name="needed"/> bytes: cleanly if nothing of the next record is there.</summary>
    /// <param name="what">What is incomplete, for example <c>record header</c>.</param>
    protected bool EndOfInput(string what, long needed)
    {
        Ended = true;
        if (bytes.Failure is { } failure) log.Report(failure.Kind, bytes.Offset + bytes.Available, log.Packets, failure.Detail);
        else if (bytes.Available > 0) log.Report(CaptureProblemKind.Truncated, bytes.Offset, log.Packets, FormattableString.Invariant($"the {what} needs {needed:N0} bytes and {bytes.Available:N0} are there"));
        return false;
    }

    /// <summary>
    /// Looks for the next place where a record can begin, after one at the current position that cannot be. Reports the damage;
    /// false if nothing was found, and then nothing more will come.
    /// </summary>
    /// <param name="reason">What is wrong at the current position.</param>
    protected bool FindNextRecord(string reason)
    {
        long start = bytes.Offset, others = 0;
        while (others < LongestSearch && bytes.Ensure(SearchStep))
        {
            foreach (byte value in bytes.Next(SearchStep))
            {
                if (value != 0) others++;
            }
            bytes.Advance(SearchStep);
            if (!RecordBeginsHere()) continue;
            log.Report(CaptureProblemKind.Corrupt, start, log.Packets + 1, FormattableString.Invariant($"{reason}; {bytes.Offset - start:N0} bytes were skipped to the next record"));
            return true;
        }
        Ended = true;
        long searched = bytes.Offset + bytes.Available - start;
        if (bytes.Failure is { } failure) log.Report(failure.Kind, bytes.Offset + bytes.Available, log.Packets, failure.Detail);
        if (others == 0 && bytes.Available < SearchStep && bytes.Next(bytes.Available).IndexOfAnyExcept((byte)0) < 0)
            log.Report(CaptureProblemKind.Truncated, start, log.Packets, FormattableString.Invariant($"the last {searched:N0} bytes are zeros"));
        else
            log.Report(CaptureProblemKind.Corrupt, start, log.Packets + 1, FormattableString.Invariant($"{reason}; no further record was found in the next {searched:N0} bytes"));
        return false;
    }

    /// <summary>Bytes from one place where a record can begin to the next.</summary>
    protected abstract int SearchStep { get; }

    /// <summary>True if a record plausibly begins at the current position.</summary>
    protected abstract bool RecordBeginsHere();
}
