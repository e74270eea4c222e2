using System.IO.Compression;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// One capture among those that are merged. A first look finds out what it is and when it begins; it is opened again only when the
/// merge gets there, so that a folder of hundreds of captures needs as many open files as overlap in time.
/// </summary>
internal sealed class CaptureFile : IDisposable
{
    private const int FirstLookChunk = 16 << 10;

    private readonly string? path;
    private readonly ProblemList problems;
    private readonly ReadMeter meter;
    private readonly Func<Stream>? pipe;
    private ChunkReader? bytes;
    private FrameReader? reader;
    private CaptureLog log;
    private bool isRepeatable;
    private bool hasHeld;
    private RawPacket held;

    /// <summary>A capture that is a file, or what behaves like one.</summary>
    public CaptureFile(string name, string path, ProblemList problems, ReadMeter meter)
        : this(name, problems, meter) => this.path = path;

    /// <summary>A capture that comes once, as standard input does.</summary>
    public CaptureFile(string name, Func<Stream> pipe, ProblemList problems, ReadMeter meter)
        : this(name, problems, meter) => this.pipe = pipe;

    private CaptureFile(string name, ProblemList problems, ReadMeter meter)
    {
        Name = name;
        this.problems = problems;
        this.meter = meter;
        log = new CaptureLog(name, problems);
    }

    /// <summary>Its name as the user gave it.</summary>
    public string Name { get; }

    /// <summary>Its format as <see cref="CaptureInfo.Format"/> says it; empty before it was opened.</summary>
    public string Format { get; private set; } = "";

    /// <summary>Its length on disk in bytes; null for a pipe.</summary>
    public long? Length { get; private set; }

    /// <summary>Index among the captures that can be read.</summary>
    public int Source { get; set; }

    /// <summary>The time of the next frame, which the merge goes by.</summary>
    public CaptureTime HeadAt { get; private set; }

    /// <summary>Size of the chunks it is read in, in bytes.</summary>
    public int ChunkSize { get; set; } = 1 << 20;

    /// <summary>How far it may expand when it is compressed; null for no bound.</summary>
    public ExpansionLimit? Limit { get; init; }

    /// <summary>Close the file between reads.</summary>
    public bool Parks { get; set; }

    /// <summary>What it held so far.</summary>
    public CaptureInfo Info => new(Name, Format, log.Packets, log.Bytes, log.First, log.Last);

    /// <summary>Opens it and reads what stands before the first frame. False if it is no capture, with the problem; nothing is reported then.</summary>
    public bool TryOpen(out CaptureProblem? why) => TryOpen(problems, meter, ChunkSize, out why);

    /// <summary>
    /// Finds out when it begins (<see cref="HeadAt"/>) and closes it again if it can be opened twice. <paramref name="isEmpty"/>
    /// tells that it is a capture without a readable frame.
    /// </summary>
    public bool TryLook(out bool isEmpty, out CaptureProblem? why)
    {
        isEmpty = false;
        ProblemList found = new();
        if (!TryOpen(found, null, FirstLookChunk, out why)) return false;
        isEmpty = !TryRead(out RawPacket first);
        // Read again, it would meet the same problems; those of a capture without frames are told now because nobody reads it again.
        if (isEmpty || !isRepeatable)
        {
            foreach (CaptureProblem problem in found.Snapshot) problems.Add(problem);
        }
        if (!isEmpty && !isRepeatable) Hold(first);
        if (!isEmpty && isRepeatable)
        {
            HeadAt = first.At;
            log = new CaptureLog(Name, problems);
        }
        if (isEmpty || isRepeatable) Close();
        return true;
    }

    /// <summary>Keeps a frame that was read and is not due yet; it stays valid until the next read.</summary>
    public void Hold(in RawPacket packet)
    {
        HeadAt = packet.At;
        held = packet;
        hasHeld = true;
    }

    /// <summary>The frame that was kept, or the first one of a capture that is opened only now.</summary>
    public bool TryTakeHead(out RawPacket packet)
    {
        if (hasHeld)
        {
            packet = held;
            held = default;
            hasHeld = false;
            return true;
        }
        if (TryOpen(out CaptureProblem? why)) return TryRead(out packet);
        if (why is not null) problems.Add(why);
        packet = default;
        return false;
    }

    /// <summary>The next frame. False at the end.</summary>
    public bool TryRead(out RawPacket packet)
    {
        if (reader is null || !reader.TryRead(out packet))
        {
            packet = default;
            return false;
        }
        packet.Source = Source;
        log.Count(ref packet, bytes!.Offset);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>What went wrong, without what differs by machine and language.</summary>
    internal static string Explain(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message,
    };

    private bool TryOpen(ProblemList into, ReadMeter? counting, int chunkSize, out CaptureProblem? why)
    {
        CaptureBytes? source = null;
        try
        {
            source = path is null ? new CaptureBytes(pipe!(), meter) : new CaptureBytes(path, Parks, counting);
            isRepeatable = source.IsRepeatable;
            if (path is not null && isRepeatable) Length = new FileInfo(path).Length;
            // A pipe comes once: whatever is read now is what counts, in the chunks that it will be read in.
            if (!isRepeatable) chunkSize = ChunkSize;
            Span<byte> start = stackalloc byte[4];
            int got = source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            source.Return(start[..got]);
            bool isCompressed = CaptureSignatures.IsGzip(start[..got]);
            Stream plain = isCompressed ? new GZipStream(source, CompressionMode.Decompress) : source;
            bytes = new ChunkReader(plain, source, chunkSize) { Limit = Limit };
            return TryRecognise(isCompressed, into, out why);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException or System.Security.SecurityException)
        {
            source?.Dispose();
            Close();
            why = new CaptureProblem(Name, CaptureProblemKind.Unreadable, 0, 0, Explain(e));
            return false;
        }
    }

    private bool TryRecognise(bool isCompressed, ProblemList into, out CaptureProblem? why)
    {
        why = null;
        bytes!.Ensure(4);
        ReadOnlySpan<byte> start = bytes.Next(Math.Min(bytes.Available, 4));
        log = new CaptureLog(Name, into);
        string format;
        if (PcapReader.Begins(start)) (reader, format) = (new PcapReader(bytes, log), "pcap");
        else if (PcapngReader.Begins(start)) (reader, format) = (new PcapngReader(bytes, log), "pcapng");
        else
        {
            bytes.Ensure(512);
            string found = CaptureSignatures.Describe(bytes.Next(Math.Min(bytes.Available, 512)), isCompressed);
            if (bytes.Failure is { } failure) found = found + "; " + failure.Detail;
            why = new CaptureProblem(Name, CaptureProblemKind.NotACapture, 0, 0, found);
            Close();
            return false;
        }
        Format = isCompressed ? format + ".gz" : format;
        if (!reader.TryReadHeader()) reader = null;
        return true;
    }

    private void Close()
    {
        bytes?.Dispose();
        bytes = null;
        reader = null;
    }
}
