using System.Buffers;

namespace Wardkeeper.Sensor.Signatures.Buffers;

/// <summary>The end of one direction's stream: what was not yet looked into, and a little before it, so that no match is lost at a border. Bounded.</summary>
internal sealed class StreamWindow
{
    /// <summary>Bytes after which is looked, though more may come.</summary>
    public const int Enough = 2560;

    /// <summary>Bytes kept before what is new.</summary>
    private const int Overlap = 1024;

    /// <summary>Bytes of a direction that are looked into; what comes after them is passed by.</summary>
    private const long Depth = 1 << 20;

    private byte[]? buffer;
    private int count;
    private readonly List<(long Rule, long Until)> matched = [];

    /// <summary>Offset in the stream of the first byte that is kept.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes that were not looked into.</summary>
    public int Fresh { get; private set; }

    /// <summary>What is kept.</summary>
    public ReadOnlySpan<byte> Bytes => buffer is null ? default : buffer.AsSpan(0, count);

    /// <summary>Bytes that come next.</summary>
    public void Add(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset >= Depth) return;
        if (offset != Offset + count) Clear();
        if (count == 0) Offset = offset;
        if (buffer is null || buffer.Length - count < bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2048, count + bytes.Length));
            Bytes.CopyTo(larger);
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        bytes.CopyTo(buffer.AsSpan(count));
        count += bytes.Length;
        Fresh += bytes.Length;
    }

    /// <summary>Everything was looked into: only the overlap stays.</summary>
    public void Settle()
    {
        Fresh = 0;
        if (count <= Overlap) return;
        buffer.AsSpan(count - Overlap, Overlap).CopyTo(buffer);
        Offset += count - Overlap;
        count = Overlap;
        if (buffer!.Length <= 4 * Overlap) return;
        byte[] smaller = ArrayPool<byte>.Shared.Rent(2 * Overlap);
        Bytes.CopyTo(smaller);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = smaller;
    }

    /// <summary>Bytes of the window in which a rule has not matched.</summary>
    public int From(long rule)
    {
        foreach ((long one, long until) in matched)
        {
            if (one == rule) return (int)Math.Clamp(until - Offset, 0, count);
        }
        return 0;
    }

    /// <summary>A rule matched: it matches no more in what there is now.</summary>
    public void Note(long rule)
    {
        matched.RemoveAll(one => one.Rule == rule || one.Until <= Offset);
        if (matched.Count < 256) matched.Add((rule, Offset + count));
    }

    /// <summary>Forgets everything and gives back its memory.</summary>
    public void Clear()
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        count = Fresh = 0;
        Offset = 0;
        matched.Clear();
    }
}
