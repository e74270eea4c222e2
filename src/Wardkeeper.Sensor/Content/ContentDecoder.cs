using System.IO.Compression;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// Unpacks the beginning of a body. Input and output are bounded by the caller's spans, so that a decompression bomb costs no more
/// than a page.
/// </summary>
internal static class ContentDecoder
{
    /// <summary>Unpacks until <paramref name="into"/> is full or the input ends; damaged input gives what came before the damage.</summary>
    /// <returns>Bytes written.</returns>
    public static int Decode(ContentCoding coding, byte[] packed, int count, Span<byte> into)
    {
        switch (coding)
        {
            case ContentCoding.Brotli:
                return Brotli(packed.AsSpan(0, count), into);
            case ContentCoding.Gzip when count > 18:
            case ContentCoding.Deflate when count > 2:
                using (MemoryStream from = new(packed, 0, count, writable: false))
                using (Stream inflate = Open(coding, packed, from))
                    return Fill(inflate, into);
            default:
                return 0;
        }
    }

    /// <summary>Reads what a stream unpacks until <paramref name="into"/> is full or it ends; damaged input gives what came before the damage.</summary>
    /// <returns>Bytes written.</returns>
    public static int Fill(Stream inflate, Span<byte> into)
    {
        int written = 0;
        try
        {
            while (written < into.Length)
            {
                int read = inflate.Read(into[written..]);
                if (read == 0) break;
                written += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The library knows no other way to say that a prefix ended, is damaged, or (the second) wants a dictionary that nobody has; what was written before is good.
        }
        return written;
    }

    private static Stream Open(ContentCoding coding, byte[] packed, MemoryStream from)
    {
        if (coding == ContentCoding.Gzip) return new GZipStream(from, CompressionMode.Decompress);
        bool hasHeader = (packed[0] & 0x0F) == 8 && ((packed[0] << 8) | packed[1]) % 31 == 0;
        return hasHeader ? new ZLibStream(from, CompressionMode.Decompress) : new DeflateStream(from, CompressionMode.Decompress);
    }

    private static int Brotli(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        using BrotliDecoder decoder = new();
        decoder.Decompress(packed, into, out _, out int written);
        return written;
    }
}
