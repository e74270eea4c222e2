namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// From what the user names to frames in time order. Files and folders are looked into for what they contain, not for their names:
/// pcap and pcapng, compressed with gzip or not. Files are read once from front to back, never mapped and never whole, so a growing
/// or shrinking file is at worst cut. What frames contain is not looked at here.
/// </summary>
internal static class CaptureFiles
{
    // Above this many captures, open files and memory are kept small at the cost of opening each file more often.
    private const int ManyCaptures = 128;

    private const int FirstBytes = 512;

    /// <summary>Opens captures for reading in time order. Never throws: what cannot be read is in <see cref="ICaptureSource.Problems"/>.</summary>
    /// <param name="paths">Files, folders (all captures in them, at any depth) and <c>-</c> for standard input.</param>
    public static ICaptureSource Open(IReadOnlyList<string> paths) => Open(paths, Console.OpenStandardInput);

    /// <summary>Opens one capture that somebody else made, bounded in what it may expand to.</summary>
    public static ICaptureSource Open(string path, ExpansionLimit limit)
    {
        ProblemList problems = new();
        ReadMeter meter = new();
        CaptureFile capture = new(path, path, problems, meter) { Limit = limit };
        bool isOpen = capture.TryOpen(out CaptureProblem? why);
        if (why is not null) problems.Add(why);
        return new MergedCaptures(isOpen ? [capture] : [], new HashSet<CaptureFile>(), isOpen ? capture : null, problems, meter, capture.Length ?? 0);
    }

    /// <summary>Why a file cannot be a capture, from its first bytes (at least 64 KiB of them, or all there are); null when it may be one.</summary>
    public static string? WhyNot(ReadOnlySpan<byte> start)
    {
        bool isCompressed = CaptureSignatures.IsGzip(start);
        byte[] plain = new byte[FirstBytes];
        int length;
        if (isCompressed)
        {
            try
            {
                using System.IO.Compression.GZipStream gzip = new(new MemoryStream(start.ToArray()), System.IO.Compression.CompressionMode.Decompress);
                length = gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            }
            catch (InvalidDataException)
            {
                return "gzip data that cannot be decoded";
            }
        }
        else
        {
            length = Math.Min(start.Length, plain.Length);
            start[..length].CopyTo(plain);
        }
        ReadOnlySpan<byte> first = plain.AsSpan(0, length);
        bool isCapture = first.Length >= 4 && (PcapReader.Begins(first[..4]) || PcapngReader.Begins(first[..4]));
        return isCapture ? null : CaptureSignatures.Describe(first, isCompressed);
    }

    /// <summary>As <see cref="Open(IReadOnlyList{string})"/>, with another standard input, and another number of captures above which files are closed between reads.</summary>
    internal static ICaptureSource Open(IReadOnlyList<string> paths, Func<Stream> standardInput, int many = ManyCaptures)
    {
        Opening opening = new(standardInput, many);
        return opening.Run(paths);
    }

    private sealed class Opening(Func<Stream> standardInput, int many)
    {
        private readonly ProblemList problems = new();
        private readonly ReadMeter meter = new();
        private readonly List<CaptureFile> captures = [];
        private readonly HashSet<CaptureFile> empty = [];
        private bool usedStandardInput;

        public MergedCaptures Run(IReadOnlyList<string> paths)
        {
            // Alone, a capture needs no first look.
            if (paths.Count == 1 && !Directory.Exists(paths[0]))
            {
                CaptureFile alone = Named(paths[0]);
                if (alone.TryOpen(out CaptureProblem? why)) captures.Add(alone);
                else if (why is not null) problems.Add(why);
                return new MergedCaptures(captures, empty, captures.Count == 1 ? alone : null, problems, meter, captures.Sum(capture => capture.Length ?? 0));
            }
            foreach (string path in paths)
            {
                if (Directory.Exists(path)) AddFolder(path);
                else AddNamed(path);
            }
            int chunkSize = captures.Count > many ? 64 << 10 : captures.Count > 8 ? 256 << 10 : 1 << 20;
            for (int i = 0; i < captures.Count; i++)
            {
                captures[i].Source = i;
                captures[i].ChunkSize = chunkSize;
                captures[i].Parks = captures.Count > many;
            }
            bool isKnown = captures.TrueForAll(capture => capture.Length is not null);
            return new MergedCaptures(captures, empty, null, problems, meter, isKnown ? captures.Where(capture => !empty.Contains(capture)).Sum(capture => capture.Length ?? 0) : 0);
        }

        private CaptureFile Named(string path)
        {
            if (path != "-") return new CaptureFile(path, path, problems, meter);
            bool isFirst = !usedStandardInput;
            usedStandardInput = true;
            return new CaptureFile(path, isFirst ? standardInput : static () => throw new IOException("standard input can be read only once"), problems, meter);
        }

        private void AddNamed(string path)
        {
            CaptureFile capture = Named(path);
            if (!TryAdd(capture, out CaptureProblem? why) && why is not null) problems.Add(why);
        }

        private void AddFolder(string folder)
        {
            int before = captures.Count, files = 0;
            foreach (string member in CaptureFolder.Files(folder, problems))
            {
                files++;
                CaptureFile capture = new(Path.Combine(folder, member), Path.Combine(folder, member), problems, meter);
                if (!TryAdd(capture, out CaptureProblem? why) && why is { Kind: not CaptureProblemKind.NotACapture }) problems.Add(why);
            }
            if (captures.Count > before) return;
            problems.Add(new CaptureProblem(folder, CaptureProblemKind.NotACapture, 0, 0, files == 0
                ? "the folder holds no files"
                : FormattableString.Invariant($"none of the {files:N0} files in the folder is a pcap or pcapng capture")));
        }

        private bool TryAdd(CaptureFile capture, out CaptureProblem? why)
        {
            capture.Source = captures.Count;
            if (!capture.TryLook(out bool isEmpty, out why)) return false;
            captures.Add(capture);
            if (isEmpty) empty.Add(capture);
            return true;
        }
    }
}
