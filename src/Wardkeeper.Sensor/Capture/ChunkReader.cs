using System.Runtime.CompilerServices;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Reads a stream into chunks so that any run of bytes the caller asks for lies in one chunk. When a run would cross the end
/// of a chunk, its beginning moves to a new one; nothing else is copied. Memory follows the bytes that are really there,
/// never a length that the input claims.
/// </summary>
internal sealed class ChunkReader : IDisposable
{
    // Small enough to lose little when a compressed stream breaks in the middle of a read.
    private const int CompressedRead = 8192;

    private const string EndsEarly = "the compressed data end early";

    private readonly Stream stream;
    private readonly CaptureBytes source;
    private readonly int chunkSize;
    private readonly int mostPerRead;
    private Chunk chunk;
    private byte[] data;
    private int position;
    private int end;
    private long chunkOffset;
    private bool ended;

    /// <summary>Reads from the beginning of a stream.</summary>
    /// <param name="stream">The capture's bytes, decompressed.</param>
    /// <param name="source">Where they come from; the same stream if it is not compressed.</param>
    /// <param name="chunkSize">Usual size of a chunk, in bytes.</param>
    public ChunkReader(Stream stream, CaptureBytes source, int chunkSize)
    {
        this.stream = stream;
        this.source = source;
        this.chunkSize = chunkSize;
        mostPerRead = ReferenceEquals(stream, source) ? int.MaxValue : CompressedRead;
        chunk = Chunk.Rent(chunkSize);
        data = chunk.Data;
    }

    /// <summary>The chunk that the unread bytes lie in, until the next call of <see cref="Ensure"/> or <see cref="TrySkip"/>.</summary>
    public Chunk Chunk => chunk;

    /// <summary>Where in the chunk the unread bytes begin.</summary>
    public int Position => position;

    /// <summary>Unread bytes that are there without reading on.</summary>
    public int Available => end - position;

    /// <summary>Offset of the next unread byte from the beginning of the (decompressed) capture.</summary>
    public long Offset => chunkOffset + position;

    /// <summary>How far compressed data may expand; null for no bound.</summary>
    public ExpansionLimit? Limit { get; init; }

    /// <summary>What broke the reading off before the end; null if nothing did.</summary>
    public (CaptureProblemKind Kind, string Detail)? Failure { get; private set; }

    /// <summary>The next bytes, which <see cref="Ensure"/> has brought.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Next(int count) => data.AsSpan(position, count);

    /// <summary>Goes on by bytes that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => position += count;

    /// <summary>Brings the next bytes together in one chunk. False if the input ends before; what there is stays readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Ensure(int count) => end - position >= count || Fill(count);

    /// <summary>Goes on by any number of bytes without keeping them. False if the input ends before.</summary>
    public bool TrySkip(long count)
    {
        while (count > Available)
        {
            count -= Available;
            position = end;
            if (!Fill(1)) return false;
        }
        position += (int)count;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ended = true;
        position = end = 0;
        chunk.Release();
        chunk = Chunk.Rent(0);
        data = chunk.Data;
        stream.Dispose();
        source.Dispose();
    }

    private bool Fill(int count)
    {
        while (Available < count)
        {
            if (ended) return false;
            if (end == data.Length || data.Length - position < count) Move(count);
            int read = ReadOnce(data.AsSpan(end, Math.Min(data.Length - end, mostPerRead)));
            if (read == 0) ended = true;
            end += read;
        }
        return true;
    }

    private void Move(int count)
    {
        int held = Available;
        // Twice what is asked for, so that asking again a little further on does not move everything again.
        long wanted = Math.Min(2L * count, 4L * Math.Max(held, chunkSize));
        Chunk next = Chunk.Rent((int)Math.Min(Math.Max(chunkSize, wanted), Array.MaxLength));
        data.AsSpan(position, held).CopyTo(next.Data);
        chunkOffset += position;
        chunk.Release();
        chunk = next;
        data = next.Data;
        position = 0;
        end = held;
    }

    private int ReadOnce(Span<byte> into)
    {
        if (Limit is { } limit && !ReferenceEquals(stream, source) && chunkOffset + end > limit.For(source.BytesRead))
        {
            Failure = (CaptureProblemKind.ExpandsTooFar, FormattableString.Invariant($"{source.BytesRead:N0} compressed bytes expanded to more than {limit.For(source.BytesRead):N0}; the rest is not read"));
            return 0;
        }
        try
        {
            int read = stream.Read(into);
            if (read == 0 && source.MetEnd && !ReferenceEquals(stream, source) && !GzipEnd.IsClean(stream, source)) Failure = (CaptureProblemKind.Truncated, EndsEarly);
            return read;
        }
        catch (InvalidDataException)
        {
            Failure = source.MetEnd
                ? (CaptureProblemKind.Truncated, EndsEarly)
                : (CaptureProblemKind.CompressionDamaged, "they cannot be decoded, or their checksum is wrong");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = (CaptureProblemKind.Truncated, "reading failed: " + CaptureFile.Explain(e));
        }
        return 0;
    }
}
