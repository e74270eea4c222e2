using System.IO.Compression;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Finds out whether compressed data ended where a member ends. <see cref="GZipStream"/> does not say: it ends in the same way when
/// its input is cut. So one more member is put behind the end; only a stream that had come to its end gives back what is in it.
/// </summary>
internal static class GzipEnd
{
    private static readonly byte[] Content = "end of the capture"u8.ToArray();
    private static readonly byte[] Member = Compress();

    /// <summary>True if nothing is missing. What the stream gives afterwards has no meaning.</summary>
    /// <param name="plain">The decompressing stream, which has just ended.</param>
    /// <param name="source">What it reads from, which has ended too.</param>
    public static bool IsClean(Stream plain, CaptureBytes source)
    {
        source.Return(Member);
        Span<byte> given = stackalloc byte[64];
        try
        {
            int count = plain.ReadAtLeast(given, given.Length, throwOnEndOfStream: false);
            // Behind the last member lay something else, so the stream does not even ask.
            if (count == 0 && source.Returned == Member.Length) return true;
            return given[..count].SequenceEqual(Content);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Compress()
    {
        using MemoryStream into = new();
        using (GZipStream gzip = new(into, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Content);
        return into.ToArray();
    }
}
