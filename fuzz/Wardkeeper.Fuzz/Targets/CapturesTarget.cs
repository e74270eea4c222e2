using System.Globalization;
using System.IO.Compression;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// Several captures at once, named, in folders and from standard input, merged in time order and played back by a clock. Records are
/// capture files. Control byte: where the file lies (two bits), whether it is compressed (one bit), whether there are so many of it that files
/// are closed between reads (all bits set). Each capture must give the same frames as alone, and two passes twice as many.
/// </summary>
internal sealed class CapturesTarget : IFuzzTarget
{
    private const byte Compressed = 4, Many = 0xFF;

    private const int MostFiles = 4, KeptOpen = MostFiles;

    /// <summary>More than are kept open at once.</summary>
    private const int Copies = KeptOpen + 1;

    /// <summary>Where files lie in memory on Linux.</summary>
    private const string Memory = "/dev/shm";

    private readonly string folder = Directory.CreateDirectory(Path.Combine(Directory.Exists(Memory) ? Memory : Path.GetTempPath(), $"wardkeeper-fuzz-{Guid.NewGuid():N}")).FullName;

    public CapturesTarget() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);

    public string Name => "captures";

    public int Control => 1;

    public int Weight => 50;

    public IEnumerable<byte[][]> Seeds()
    {
        byte[] frame = FrameSeeds.Ethernet(0x800, FrameSeeds.Ipv4(17, FrameSeeds.Udp(1, 2, [3, 4])));
        byte[] long1 = CaptureSeeds.Pcap(0xA1B2C3D4, isBig: false, frame, frame, frame), long2 = CaptureSeeds.Pcap(0xA1B23C4D, isBig: true, frame, frame), ng = CaptureSeeds.Pcapng(isBig: false, frame);
        yield return [[0, .. long1], [0, .. long2]];
        yield return [[1, .. long1], [2, .. ng], [2 | Compressed, .. long2]];
        yield return [[3, .. long1], [1, .. ng]];
        yield return [[3 | Compressed, .. long1], [3, .. long2], [0 | Compressed, .. ng]];
        yield return [[1, 1, 2, 3, 4], [1, .. long1[..20]], [0, .. long1[..24]], [0]];
        yield return [[1, .. "GIF89a"u8]];
        yield return [[Many, .. long2]];
        // Times of 1970 and 2106, and times that run back.
        yield return [[0, .. Dated(long1, 0, 0xFFFFFFF0, 5)], [0, .. Dated(long1, 0xF0000000, 0xE0000000, 0xD0000000)]];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        Clear();
        List<string> paths = [];
        byte[]? piped = null;
        for (int i = 0; i < records.Length && i < MostFiles; i++)
        {
            if (records[i].Length > 0) Put(records[i], i, paths, ref piped);
        }
        if (paths.Count == 0) return;
        Dictionary<string, (ulong Digest, int Frames)> merged = [];
        int all = Read(paths, piped, merged);
        if (!isThorough) return;
        foreach ((string name, (ulong digest, int frames)) in merged)
        {
            Dictionary<string, (ulong Digest, int Frames)> alone = [];
            Read([name], piped, alone);
            BrokenPromiseException.Unless(alone.Count == 1 && alone[name] == (digest, frames), "merged-otherwise-than-alone", $"{name}: {frames} frames, {alone.GetValueOrDefault(name).Frames} alone");
        }
        if (piped is null) Play(paths, all);
    }

    private static int Read(IReadOnlyList<string> paths, byte[]? piped, Dictionary<string, (ulong Digest, int Frames)> each)
    {
        using ICaptureSource source = CaptureFiles.Open(paths, () => new MemoryStream(piped ?? []), KeptOpen);
        List<(ulong Digest, int Frames)> digests = [];
        int frames = 0;
        while (source.TryRead(out RawPacket packet))
        {
            BrokenPromiseException.Unless(packet.Number == ++frames, "frames-misnumbered", $"{packet.Number} of {frames}");
            while (digests.Count <= packet.Source) digests.Add((14695981039346656037, 0));
            (ulong digest, int count) = digests[packet.Source];
            digest = ((digest ^ (ulong)packet.At.Nanoseconds) * 1099511628211) ^ (uint)packet.WireLength;
            foreach (byte one in packet.Bytes) digest = (digest ^ one) * 1099511628211;
            digests[packet.Source] = (digest, count + 1);
        }
        (long read, long total) = source.Progress;
        BrokenPromiseException.Unless(read >= 0 && (total == 0 || read <= total), "more-read-than-there-is", $"{read} of {total}");
        IReadOnlyList<CaptureInfo> captures = source.Captures;
        for (int i = 0; i < digests.Count; i++)
        {
            BrokenPromiseException.Unless(captures[i].Packets == digests[i].Frames, "frames-miscounted", $"{captures[i].Packets} and {digests[i].Frames}");
            if (digests[i].Frames > 0) each[captures[i].Name] = digests[i];
        }
        return frames;
    }

    private static void Play(List<string> paths, int frames)
    {
        const int Passes = 2;
        using PacedSource paced = new(new PacedOptions { Paths = paths, Start = CaptureTime.FromSeconds(1_700_000_000), Lead = TimeSpan.FromSeconds(1), Factor = 1e6, Passes = Passes, Tick = TimeSpan.FromHours(1) }, new QuickClock());
        int played = 0;
        // At this speed a span of centuries is a few ticks.
        for (int ticks = 0; !paced.HasEnded && ticks < 2_000; ticks++)
        {
            paced.BeginBatch();
            while (paced.TryRead(out _)) played++;
            paced.TakeBreak();
        }
        BrokenPromiseException.Unless(!paced.HasEnded || played == Passes * frames, "played-otherwise-than-read", $"{played} in {Passes} passes of {frames}");
    }

    /// <summary>The seed's frames with other times.</summary>
    private static byte[] Dated(byte[] pcap, params uint[] seconds)
    {
        byte[] dated = [.. pcap];
        for (int i = 0, at = 24; i < seconds.Length; i++, at += 16 + BitConverter.ToInt32(dated, at + 8)) BitConverter.TryWriteBytes(dated.AsSpan(at), seconds[i]);
        return dated;
    }

    private void Put(byte[] record, int number, List<string> paths, ref byte[]? piped)
    {
        byte control = record[0];
        byte[] content = record[1..];
        if (control != Many && (control & Compressed) != 0) content = Gzip(content);
        if (control == Many)
        {
            string many = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"many{number}"));
            Directory.CreateDirectory(many);
            for (int i = 0; i < Copies; i++) File.WriteAllBytes(Path.Combine(many, i.ToString(CultureInfo.InvariantCulture)), content);
            paths.Add(many);
            return;
        }
        string name = string.Create(CultureInfo.InvariantCulture, $"{number}.pcap");
        switch (control & 3)
        {
            case 0:
                File.WriteAllBytes(Path.Combine(folder, name), content);
                paths.Add(Path.Combine(folder, name));
                break;
            case 3:
                piped ??= content;
                if (!paths.Contains("-")) paths.Add("-");
                break;
            default:
                string shared = Path.Combine(folder, "shared"), place = (control & 3) == 1 ? shared : Path.Combine(shared, "deeper");
                Directory.CreateDirectory(place);
                File.WriteAllBytes(Path.Combine(place, name), content);
                if (!paths.Contains(shared)) paths.Add(shared);
                break;
        }
    }

    private void Clear()
    {
        foreach (string file in Directory.EnumerateFiles(folder)) File.Delete(file);
        foreach (string inner in Directory.EnumerateDirectories(folder)) Directory.Delete(inner, recursive: true);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream into = new();
        using (GZipStream gzip = new(into, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return into.ToArray();
    }

    /// <summary>A clock on which whatever is waited for has come.</summary>
    private sealed class QuickClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            now += dueTime.Ticks;
            callback(state);
            return new Rung();
        }

        private sealed class Rung : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
