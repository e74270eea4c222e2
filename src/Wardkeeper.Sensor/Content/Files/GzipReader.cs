using System.Buffers;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>Looks into a gzip file (RFC 1952): its beginning is unpacked, at most <see cref="MostUnpacked"/> bytes, and read as what it is, which most often is a tar archive.</summary>
internal sealed class GzipReader : IFileReader
{
    /// <summary>Most bytes that are kept, and most that are unpacked of them.</summary>
    public const int MostKept = 32 * 1024, MostUnpacked = 256 * 1024;

    private byte[] held = new byte[1024];
    private int count;
    private bool isOver, isCut;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (isOver) return;
        int step = Math.Min(bytes.Length, MostKept - count);
        if (count + step > held.Length) Array.Resize(ref held, Math.Min(MostKept, Math.Max(count + step, held.Length * 2)));
        bytes[..step].CopyTo(held.AsSpan(count));
        count += step;
        if (step < bytes.Length) isCut = isOver = true;
    }

    /// <inheritdoc/>
    public void Lose(long missing) => isOver = isCut = true;

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        byte[] plain = ArrayPool<byte>.Shared.Rent(MostUnpacked);
        try
        {
            int length = ContentDecoder.Decode(ContentCoding.Gzip, held, count, plain.AsSpan(0, MostUnpacked));
            string? type = ContentType.Of(plain.AsSpan(0, Math.Min(length, 4096)));
            bool isAll = !isCut && length < MostUnpacked;
            FileTraits gzip = new() { Format = "gzip", Kinds = type is null ? [] : [type], IsCut = !isAll };
            // What is packed twice is not unpacked twice.
            if (type == "application/x-gzip" || BodyReaders.For(type) is not { } reader) return gzip;
            reader.Push(plain.AsSpan(0, length));
            return reader.End(!isAll) is FileTraits inner ? inner with { Format = "gzip of " + inner.Format, IsCut = inner.IsCut || !isAll } : gzip;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }
}
