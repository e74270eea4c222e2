using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Incomplete datagrams, in the order of their first fragments, bounded in number, bytes and capture time. Complete ones stay for a
/// moment without their content, so that the copies a mirror makes do not begin a datagram that can never be completed.
/// </summary>
internal sealed class FragmentTable(SensorCounters counters, DecoderLimits limits)
{
    /// <summary>How long a copy of a fragment may lag behind the complete datagram, in nanoseconds.</summary>
    private const long CopyWindow = 20_000_000;

    private readonly Dictionary<DatagramKey, Datagram> datagrams = [];
    private readonly Stack<Datagram> free = new();
    private readonly Queue waiting = new(), done = new();
    private long held;

    /// <summary>Datagrams that wait for fragments.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Bytes that incomplete datagrams hold.</summary>
    public long Held => held;

    /// <summary>The datagram that a fragment belongs to; null if the fragment is a copy for one that was complete already.</summary>
    public Datagram? Find(in DatagramKey key, CaptureTime now, long packet)
    {
        Expire(now);
        if (datagrams.TryGetValue(key, out Datagram? datagram))
        {
            if (!datagram.IsDone) return datagram;
            counters.Count("ip-fragments-late", packet);
            return null;
        }
        while (waiting.Count >= limits.Datagrams) Evict();
        datagram = free.Count > 0 ? free.Pop() : new Datagram();
        datagram.Key = key;
        datagram.Since = now;
        datagram.FirstPacket = packet;
        datagrams.Add(key, datagram);
        waiting.Add(datagram);
        return datagram;
    }

    /// <summary>Adds a fragment's content and says whether the datagram is now complete. If it is, <see cref="Finish"/> it after use.</summary>
    public bool Take(Datagram datagram, ReadOnlySpan<byte> content, int offset, bool more, int wireLength, long packet)
    {
        bool overlapped = datagram.Overlapped;
        held -= datagram.Held;
        datagram.Take(content, offset, more, wireLength);
        held += datagram.Held;
        if (datagram.Overlapped && !overlapped) counters.Count("ip-fragments-overlap", packet);
        if (datagram.IsComplete) return true;
        if (datagram.Pieces > limits.PiecesPerDatagram)
        {
            counters.Count("ip-fragments-too-scattered", packet);
            waiting.Remove(datagram);
            Forget(datagram);
        }
        while (held > limits.FragmentBytes && waiting.Count > 0) Evict();
        return false;
    }

    /// <summary>Marks a complete datagram as given out.</summary>
    public void Finish(Datagram datagram, CaptureTime now)
    {
        waiting.Remove(datagram);
        held -= datagram.Held;
        datagram.Release();
        datagram.IsDone = true;
        datagram.Since = now;
        done.Add(datagram);
        if (done.Count > limits.Datagrams) Forget(done.RemoveOldest());
    }

    /// <summary>Counts what never became complete: the capture is over.</summary>
    public void End()
    {
        while (waiting.Count > 0) GiveUp("ip-fragments-incomplete");
    }

    private void Expire(CaptureTime now)
    {
        while (done.Oldest is { } datagram && now.Nanoseconds - datagram.Since.Nanoseconds > CopyWindow) Forget(done.RemoveOldest());
        long life = limits.FragmentLife.Ticks * 100;
        while (waiting.Oldest is { } datagram && now.Nanoseconds - datagram.Since.Nanoseconds > life) GiveUp("ip-fragments-incomplete");
    }

    private void Evict() => GiveUp("ip-fragments-evicted");

    private void GiveUp(string why)
    {
        Datagram datagram = waiting.RemoveOldest();
        counters.Count(why, datagram.FirstPacket);
        Forget(datagram);
    }

    private void Forget(Datagram datagram)
    {
        datagrams.Remove(datagram.Key);
        held -= datagram.Held;
        datagram.Clear();
        free.Push(datagram);
    }

    /// <summary>A list through the datagrams themselves, oldest first.</summary>
    private sealed class Queue
    {
        private Datagram? newest;

        public Datagram? Oldest { get; private set; }

        public int Count { get; private set; }

        public void Add(Datagram datagram)
        {
            datagram.Older = newest;
            datagram.Newer = null;
            if (newest is null) Oldest = datagram;
            else newest.Newer = datagram;
            newest = datagram;
            Count++;
        }

        public void Remove(Datagram datagram)
        {
            if (datagram.Older is null) Oldest = datagram.Newer;
            else datagram.Older.Newer = datagram.Newer;
            if (datagram.Newer is null) newest = datagram.Older;
            else datagram.Newer.Older = datagram.Older;
            datagram.Older = datagram.Newer = null;
            Count--;
        }

        public Datagram RemoveOldest()
        {
            Datagram oldest = Oldest!;
            Remove(oldest);
            return oldest;
        }
    }
}
