namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// The bytes of one input as they lie on disk or come out of a pipe. Counts what was read for <see cref="ReadMeter"/>, takes the
/// first bytes back after the format was looked at, and can close the file between reads when too many are merged at once.
/// </summary>
internal sealed class CaptureBytes : Stream
{
    private readonly string? path;
    private readonly bool parks;
    private readonly ReadMeter? meter;
    private Stream? inner;
    private long position;
    private byte[] returned = [];

    /// <summary>Opens a file. Throws what <see cref="FileStream"/> throws.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="parks">Close the file between reads.</param>
    /// <param name="meter">Who counts the bytes; null for a first look that will be repeated.</param>
    public CaptureBytes(string path, bool parks, ReadMeter? meter)
    {
        this.path = path;
        this.meter = meter;
        inner = OpenFile(path);
        this.parks = parks && inner.CanSeek;
    }

    /// <summary>Takes a stream that cannot be opened twice.</summary>
    public CaptureBytes(Stream stream, ReadMeter? meter)
    {
        inner = stream;
        this.meter = meter;
    }

    /// <summary>True when the end was met; whatever is missing then was never there.</summary>
    public bool MetEnd { get; private set; }

    /// <summary>True if the same bytes can be read again by opening the file again.</summary>
    public bool IsRepeatable => path is not null && inner is { CanSeek: true };

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Bytes that were returned and not read again.</summary>
    public int Returned => returned.Length;

    /// <summary>Bytes read from the input so far.</summary>
    public long BytesRead => position;

    /// <summary>Takes bytes that the next read gives before all others.</summary>
    public void Return(ReadOnlySpan<byte> bytes) => returned = bytes.ToArray();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (returned.Length > 0 && buffer.Length > 0)
        {
            int taken = Math.Min(returned.Length, buffer.Length);
            returned.AsSpan(0, taken).CopyTo(buffer);
            returned = returned[taken..];
            return taken;
        }
        int read = ReadOn(buffer);
        position += read;
        meter?.Add(read);
        if (read == 0 && buffer.Length > 0) MetEnd = true;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner?.Dispose();
        base.Dispose(disposing);
    }

    private int ReadOn(Span<byte> buffer)
    {
        if (!parks) return inner!.Read(buffer);
        using Stream file = inner ?? OpenFile(path!);
        inner = null;
        file.Position = position;
        return file.Read(buffer);
    }

    private static FileStream OpenFile(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        Options = FileOptions.SequentialScan,
    });
}

/// <summary>Counts bytes read over all inputs; written by the reader, read by whoever shows progress.</summary>
internal sealed class ReadMeter
{
    private long read;

    /// <summary>Bytes read so far.</summary>
    public long Read => Volatile.Read(ref read);

    /// <summary>More bytes were read.</summary>
    public void Add(int bytes) => Volatile.Write(ref read, read + bytes);
}
