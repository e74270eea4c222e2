using System.Globalization;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Bench;

/// <summary>
/// <c>./wardkeeper bench [--rounds N] [--only abc] [--captures DIR] [--program FILE]</c>: our whole program with all its output against
/// ndpiReader and tshark, in turn on the same files. <c>./wardkeeper bench platform</c>: see <see cref="Platform.PlatformBench"/>. <c>./wardkeeper bench identify</c>: see <see cref="Identify.IdentifyBench"/>. <c>./wardkeeper bench quality</c>: see <see cref="Quality.QualityBench"/>. <c>./wardkeeper bench trust</c>: see <see cref="Trust.TrustBench"/>. <c>./wardkeeper bench admission</c>: see <see cref="Admission.AdmissionBench"/>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        string home = args[0];
        if (BenchCommand.Answer(args[1..], Console.Out, Console.Error) is { } answered) return answered;
        if (args is [_, "platform", .. string[] options]) return await Platform.PlatformBench.RunAsync(home, options);
        if (args is [_, "identify", .. string[] identify]) return Identify.IdentifyBench.Run(home, identify);
        if (args is [_, "quality", .. string[] quality]) return Quality.QualityBench.Run(home, quality);
        if (args is [_, "trust", .. string[] trust]) return await Trust.TrustBench.RunAsync(home, trust);
        if (args is [_, "admission", .. string[] admission]) return await Admission.AdmissionBench.RunAsync(home, admission);
        return Analyze(home, args);
    }

    private static int Analyze(string home, string[] args)
    {
        int rounds = int.Parse(Option(args, "--rounds") ?? "3", CultureInfo.InvariantCulture);
        string collection = Option(args, "--captures") ?? Path.Combine(Path.GetDirectoryName(home)!, "shared/captures");
        string program = Option(args, "--program") ?? Path.Combine(home, ".build/app/wardkeeper");
        if (!Directory.Exists(collection)) return Refuse($"{collection} is not there; name a folder of captures with --captures DIR");
        if (!File.Exists(program)) return Refuse($"{program} is not there; start ./wardkeeper --help once, or name it with --program FILE");
        string cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "wardkeeper-bench");
        Directory.CreateDirectory(cache);
        string only = Option(args, "--only") ?? "abc";
        if (only.Contains('a', StringComparison.Ordinal)) Run("(a) dense corpus", "dense-2m.pcap", path => DenseCorpus.Make(collection, path, 2_000_000));
        if (only.Contains('b', StringComparison.Ordinal)) Run("(b) bulk DICOM images", "bulk-dicom-sets-800mb.pcap", path => BulkDicom.Make(path, 800_000_000));
        if (only.Contains('c', StringComparison.Ordinal)) Run("(c) hospital day", "hospital-day-1m.pcap", path => HospitalDay.Make(Path.Combine(home, "samples/hospital-day"), path, 1_000_000));
        return 0;

        void Run(string title, string file, Action<string> make) => Compare(title, Once(cache, file, make), program, cache, rounds, Option(args, "--no-tshark") is null);
    }

    private static void Compare(string title, string capture, string program, string cache, int rounds, bool withTshark)
    {
        long packets = Count(capture);
        string rows = Path.Combine(cache, "rows");
        List<(string Name, string Program, string[] Arguments)> contenders =
        [
            ("wardkeeper, 1 worker", program, ["analyze", "--workers", "1", "--out", rows, capture]),
            ("wardkeeper, 2 workers", program, ["analyze", "--workers", "2", "--out", rows, capture]),
            ("ndpiReader -q", "ndpiReader", ["-q", "-i", capture]),
        ];
        if (withTshark) contenders.Add(("tshark -q -z conv,tcp", "tshark", ["-n", "-q", "-z", "conv,tcp", "-r", capture]));
        Dictionary<string, List<Measured>> results = contenders.ToDictionary(one => one.Name, _ => new List<Measured>());
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, string file, string[] arguments) in contenders)
            {
                if (round > 0 && file == "tshark") continue;
                try
                {
                    results[name].Add(Measured.Run(file, arguments));
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    Console.Error.WriteLine($"bench: {file} is not installed; its row is left out");
                }
            }
        }
        Console.WriteLine(FormattableString.Invariant($"\n{title}: {packets:N0} packets, {new FileInfo(capture).Length / 1e6:N0} MB\n"));
        Console.WriteLine("| program | CPU s | wall s | packets per CPU second | peak MB | ours is faster by |");
        Console.WriteLine("|---|---|---|---|---|---|");
        double ours = Best(results["wardkeeper, 1 worker"]).CpuSeconds;
        foreach ((string name, List<Measured> runs) in results)
        {
            if (runs.Count == 0) continue;
            Measured best = Best(runs);
            Console.WriteLine(FormattableString.Invariant($"| {name} | {best.CpuSeconds:F2} | {runs.Min(run => run.WallSeconds):F2} | {packets / best.CpuSeconds:N0} | {runs.Max(run => run.PeakKilobytes) / 1024:N0} | {best.CpuSeconds / ours:F2} |"));
            if (best.ExitCode != 0) Console.WriteLine(FormattableString.Invariant($"| ({name} ended with exit code {best.ExitCode}) | | | | | |"));
        }
    }

    private static Measured Best(List<Measured> runs) => runs.MinBy(run => run.CpuSeconds);

    private static long Count(string capture)
    {
        using ICaptureSource source = CaptureFiles.Open([capture]);
        long packets = 0;
        while (source.TryRead(out _)) packets++;
        return packets;
    }

    private static string Once(string cache, string name, Action<string> make)
    {
        string path = Path.Combine(cache, name);
        if (File.Exists(path)) return path;
        Console.Error.WriteLine($"bench: making {path}");
        make(path + ".part");
        File.Move(path + ".part", path);
        return path;
    }

    internal static string? Option(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? null : at + 1 < args.Length ? args[at + 1] : "";
    }

    internal static int Refuse(string reason)
    {
        Console.Error.WriteLine("bench: " + reason);
        return 2;
    }
}
