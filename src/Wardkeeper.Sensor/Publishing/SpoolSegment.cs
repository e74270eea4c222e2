using Microsoft.Win32.SafeHandles;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>One file of the spool: frames one after another. Its name is the sequence of its first frame.</summary>
internal sealed class SpoolSegment : IDisposable
{
    private SpoolSegment(string path, long first, SafeFileHandle handle) => (Path, First, Handle) = (path, first, handle);

    public string Path { get; }

    /// <summary>Sequence of the first frame.</summary>
    public long First { get; }

    /// <summary>Sequence of the last frame; one less than <see cref="First"/> when there is none.</summary>
    public long Last { get; private set; }

    /// <summary>Bytes that are known to be on the disk.</summary>
    public long Length { get; private set; }

    public SafeFileHandle Handle { get; }

    /// <summary>Whether bytes stood behind the last whole frame when it was opened.</summary>
    public bool HadMore { get; private set; }

    /// <summary>Makes an empty segment, with its name on the disk.</summary>
    public static SpoolSegment Create(string folder, long first)
    {
        string path = System.IO.Path.Combine(folder, $"{first:D20}.spool");
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            FolderSync.Sync(folder);
            return new SpoolSegment(path, first, handle) { Last = first - 1 };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a segment and walks over its frames. Bytes behind the last whole frame are cut off when <paramref name="cut"/> says so.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cut">Whether to cut: the last segment may end in a frame that was being written when the process died. It was never handed on.</param>
    public static SpoolSegment? Open(string path, bool cut)
    {
        if (!long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), out long first) || first < 1) return null;
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        SpoolSegment segment = new(path, first, handle) { Last = first - 1 };
        long size = RandomAccess.GetLength(handle);
        // A damaged frame in the middle is passed over, and counted when it is read; only what no whole frame follows is cut.
        for (long at = 0; segment.TryRead(at, size, out byte[] bytes);)
        {
            at += bytes.Length;
            if (BatchFrame.TryRead(bytes, out BatchFrame frame, out _) != BatchFault.None) continue;
            segment.Length = at;
            segment.Last = frame.Sequence;
        }
        segment.HadMore = size > segment.Length;
        if (cut && segment.HadMore)
        {
            RandomAccess.SetLength(handle, segment.Length);
            RandomAccess.FlushToDisk(handle);
        }
        return segment;
    }

    /// <summary>Writes a frame and waits until it is on the disk. What failed is cut off again as far as the disk allows.</summary>
    public void Append(long sequence, ReadOnlySpan<byte> frame)
    {
        try
        {
            RandomAccess.Write(Handle, frame, Length);
            RandomAccess.FlushToDisk(Handle);
        }
        catch (IOException)
        {
            Restore();
            throw;
        }
        Length += frame.Length;
        Last = sequence;
    }

    /// <summary>The frame at an offset.</summary>
    public bool TryRead(long offset, out byte[] bytes) => TryRead(offset, Length, out bytes);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private bool TryRead(long offset, long end, out byte[] bytes)
    {
        bytes = [];
        if (offset + BatchFrame.HeaderLength > end) return false;
        Span<byte> header = stackalloc byte[BatchFrame.HeaderLength];
        if (!Fill(header, offset)) return false;
        if (BatchFrame.TryReadHeader(header, out BatchFrame frame) != BatchFault.None || offset + frame.TotalLength > end) return false;
        bytes = new byte[frame.TotalLength];
        return Fill(bytes, offset);
    }

    private bool Fill(Span<byte> into, long offset)
    {
        while (into.Length > 0)
        {
            int read = RandomAccess.Read(Handle, into, offset);
            if (read == 0) return false;
            into = into[read..];
            offset += read;
        }
        return true;
    }

    private void Restore()
    {
        try
        {
            RandomAccess.SetLength(Handle, Length);
        }
        catch (IOException)
        {
            // The spool goes on in a new segment; what is behind the good part is not read.
        }
    }
}
