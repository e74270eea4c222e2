using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.Fuzz;

/// <summary>Command line of <c>fuzz/run</c>.</summary>
internal static class Program
{
    private const string Usage = "usage: fuzz/run [--target NAME] [--runs N] [--seconds N] [--seed N] [--list]\nA name that ends in ':' stands for all targets that begin with it.";

    /// <summary>A run longer than this hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static int Main(string[] arguments)
    {
        Coverage.Begin();
        string? name = null;
        long runs = 100_000;
        int seconds = int.MaxValue, seed = 1;
        for (int i = 0; i < arguments.Length; i++)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool isRead = arguments[i] switch
            {
                "--target" => (name = value).Length > 0,
                "--runs" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out runs),
                "--seconds" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds),
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (arguments[i] == "--list")
            {
                foreach (IFuzzTarget target in FuzzTargets.All) Console.WriteLine(target.Name);
                return 0;
            }
            if (!isRead) return Refuse($"fuzz: cannot read {arguments[i]} {value}");
            i++;
        }
        IFuzzTarget[] chosen = [.. FuzzTargets.All.Where(target => name is null || target.Name == name || (name.EndsWith(':') && target.Name.StartsWith(name, StringComparison.Ordinal)))];
        if (chosen.Length == 0) return Refuse($"fuzz: no target is called {name}; --list names them");
        Console.WriteLine($"{"target",-22}{"executions",12}{"seconds",9}{"per s",9}{"edges",8}{"corpus",8}{"slowest",9}  finds");
        int found = 0;
        foreach (IFuzzTarget target in chosen) found += Run(target, runs, seconds, seed);
        return found == 0 ? 0 : 1;
    }

    private static int Run(IFuzzTarget target, long runs, int seconds, int seed)
    {
        Fuzzer fuzzer = new(target, seed);
        Stopwatch watch = Stopwatch.StartNew();
        using Timer guard = Guard(target, fuzzer);
        fuzzer.Run(runs, TimeSpan.FromSeconds(seconds));
        double took = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name,-22}{fuzzer.Executions,12:N0}{took,9:F1}{fuzzer.Executions / took,9:N0}{fuzzer.Edges,8:N0}{fuzzer.CorpusSize,8:N0}{fuzzer.Slowest.Time.TotalMilliseconds,6:N1} ms  {fuzzer.Finds.Count}"));
        foreach (Find find in fuzzer.Finds)
        {
            Console.WriteLine($"  {FuzzFiles.Save(target, find.What, find.Records)}");
            Console.WriteLine("    " + find.Failure.ToString().Replace("\n", "\n    ", StringComparison.Ordinal));
        }
        return fuzzer.Finds.Count;
    }

    /// <summary>Watches that runs come to their end; one that does not is saved, and the program ends.</summary>
    private static Timer Guard(IFuzzTarget target, Fuzzer fuzzer)
    {
        byte[][]? last = null;
        return new Timer(_ =>
        {
            byte[][]? now = fuzzer.Running;
            if (now is not null && ReferenceEquals(now, last))
            {
                Console.WriteLine($"{target.Name}: does not end: {FuzzFiles.Save(target, "hang", now)}");
                Environment.Exit(1);
            }
            last = now;
        }, null, Patience, Patience);
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
