namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// A sensor's batches on disk until the hub has them. A batch is handed on only after it is on the disk, keeps its sequence for
/// ever, and is forgotten after its receipt. When the spool is full the oldest stay and new ones are refused: what is in it may be
/// under way already, and a gap at the end is one gap. The newest segment is never deleted, since the numbering goes on from it.
/// One thread appends, one reads; receipts may come from anywhere.
/// </summary>
internal sealed class Spool : IDisposable
{
    private readonly Lock gate = new();
    private readonly string folder;
    private readonly long maxBytes, segmentBytes;
    private readonly List<SpoolSegment> segments = [];
    private long received, cursorOffset;
    private SpoolSegment? cursor;
    private bool isAbandoned, isClosed;

    private Spool(string folder, long maxBytes) => (this.folder, this.maxBytes, segmentBytes) = (folder, maxBytes, Math.Clamp(maxBytes / 8, 4096, 8 << 20));

    /// <summary>Number that the next batch gets.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>Batches that have no receipt.</summary>
    public long Pending
    {
        get
        {
            lock (gate) return Next - 1 - Math.Max(received, segments.Count == 0 ? 0 : segments[0].First - 1);
        }
    }

    /// <summary>Bytes on disk.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return segments.Sum(segment => segment.Length);
        }
    }

    /// <summary>Frames that could not be read back; each is a gap in the numbering that the hub counts.</summary>
    public long Damaged { get; private set; }

    /// <summary>Called after batches were forgotten, outside of everything that is locked.</summary>
    public event Action? Forgot;

    /// <summary>Opens a spool; makes the folder when it is not there.</summary>
    /// <param name="folder">Folder of this sensor's spool alone.</param>
    /// <param name="maxBytes">Bound of its size.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static Spool Open(string folder, long maxBytes = 1L << 30)
    {
        Directory.CreateDirectory(folder);
        Spool spool = new(folder, maxBytes);
        string[] paths = Directory.GetFiles(folder, "*.spool");
        Array.Sort(paths, StringComparer.Ordinal);
        for (int i = 0; i < paths.Length; i++)
        {
            if (SpoolSegment.Open(paths[i], cut: i == paths.Length - 1) is not { } segment) continue;
            spool.segments.Add(segment);
            if (segment.HadMore && i < paths.Length - 1) spool.Damaged++;
            spool.Next = Math.Max(spool.Next, Math.Max(segment.First, segment.Last + 1));
        }
        return spool;
    }

    /// <summary>Makes sure that no number is given twice, when a spool was lost or replaced: the hub would take a new batch for one it has.</summary>
    /// <param name="applied">Highest number that the hub has of this sensor.</param>
    public void GoOnAfter(long applied)
    {
        lock (gate)
        {
            if (applied < Next) return;
            Next = applied + 1;
            isAbandoned = true;
        }
    }

    /// <summary>Stores a frame whose sequence is <see cref="Next"/> and waits until it is on the disk. False when the spool is full.</summary>
    /// <exception cref="IOException">The disk refused; nothing was stored.</exception>
    public bool TryAppend(ReadOnlySpan<byte> frame)
    {
        SpoolSegment segment;
        lock (gate)
        {
            if (segments.Sum(one => one.Length) + frame.Length > maxBytes && segments.Count > 0) return false;
            if (segments.Count == 0 || isAbandoned || segments[^1].Length >= segmentBytes) segments.Add(SpoolSegment.Create(folder, Next));
            isAbandoned = false;
            segment = segments[^1];
        }
        try
        {
            segment.Append(Next, frame);
        }
        catch (IOException)
        {
            // After a failed sync the system may call pages clean that never reached the disk: go on in another file.
            lock (gate) isAbandoned = segment.Length > 0;
            throw;
        }
        lock (gate) Next++;
        return true;
    }

    /// <summary>The next frame in order, beginning with the oldest. False when there is none just now.</summary>
    public bool TryRead(out byte[] frame)
    {
        while (true)
        {
            SpoolSegment? segment;
            bool isLast;
            lock (gate)
            {
                if (cursor is null || !segments.Contains(cursor))
                {
                    cursor = segments.FirstOrDefault();
                    cursorOffset = 0;
                }
                segment = cursor;
                isLast = segment is null || segment == segments[^1];
            }
            frame = [];
            if (segment is null) return false;
            if (segment.TryRead(cursorOffset, out frame))
            {
                cursorOffset += frame.Length;
                if (BatchFrame.TryRead(frame, out BatchFrame read, out _) != BatchFault.None) Damaged++;
                else if (read.Sequence > received) return true;
                continue;
            }
            if (isLast) return false;
            if (cursorOffset < segment.Length) Damaged++;
            lock (gate)
            {
                cursor = segments[segments.IndexOf(segment) + 1];
                cursorOffset = 0;
            }
        }
    }

    /// <summary>Reads again from the oldest that has no receipt: what was handed on may have been lost on the way.</summary>
    public void Rewind()
    {
        lock (gate) cursor = null;
    }

    /// <summary>The hub has everything up to this number.</summary>
    public void Forget(long sequence)
    {
        lock (gate)
        {
            // A receipt may come after the sensor stopped; the next start sends those batches again, and the hub skips them.
            if (isClosed) return;
            received = Math.Max(received, sequence);
            while (segments.Count > 1 && segments[0].Last <= received && segments[0] != cursor) Drop();
            while (segments.Count > 1 && segments[0] == cursor && segments[0].Last <= received && cursorOffset >= segments[0].Length) Drop();
        }
        Forgot?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (SpoolSegment segment in segments) segment.Dispose();
        }
    }

    private void Drop()
    {
        SpoolSegment segment = segments[0];
        segments.RemoveAt(0);
        segment.Dispose();
        File.Delete(segment.Path);
    }
}
