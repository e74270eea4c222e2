using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.Fuzz;

/// <summary>Runs targets one after the other and prints a line for each.</summary>
internal sealed class Turns : IDisposable
{
    /// <summary>A run longer than this hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Kilobytes that a target may keep of a million inputs: the shared pool of arrays keeps one of each size, up to 8 MB.</summary>
    private const long Growth = 24 * 1024;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TimeSpan atMost;
    private readonly Timer guard;
    private volatile bool isStopped;
    private Fuzzer? fuzzing;
    private IFuzzTarget? target;
    private byte[][]? last;

    public Turns(TimeSpan atMost)
    {
        this.atMost = atMost;
        guard = new Timer(_ => Watch(), null, Patience, Patience);
        Console.WriteLine($"{"target",-28}{"executions",12}{"CPU s",9}{"per s",9}{"edges",8}{"corpus",8}{"slowest",9}{"memory kB",16}  finds");
    }

    /// <summary>Ends after the input that is running.</summary>
    public void Stop() => isStopped = true;

    /// <summary>Each target so many runs with one seed; 1 if something was found.</summary>
    public int Each(IEnumerable<IFuzzTarget> targets, long runs, int seed)
    {
        int found = 0;
        foreach (IFuzzTarget one in targets)
        {
            if (!isStopped) found += Run(one, runs, seed, atMost).Finds;
        }
        return found == 0 ? 0 : 1;
    }

    /// <summary>
    /// Goes on until every target has so many runs: first a tenth for each, then the rest, the quickest first. What is done stands in
    /// the table of figures, so that it can be ended and begun again at any time.
    /// </summary>
    public int All(IReadOnlyList<IFuzzTarget> targets, long runs)
    {
        int found = 0;
        while (!isStopped && watch.Elapsed < atMost)
        {
            Dictionary<string, TargetFigures> done = Figures.Targets().ToDictionary(static one => one.Target);
            IFuzzTarget? next = targets.Where(one => Done(one) < runs).OrderBy(one => Done(one) > 0).ThenByDescending(one => done.GetValueOrDefault(one.Name)?.PerSecond ?? 0).FirstOrDefault();
            if (next is null) break;
            long turn = Done(next) * 10 < runs ? Math.Max(1, runs / 10) : runs - Done(next);
            if (Done(next) == 0) turn = Math.Max(1, turn / next.Weight);
            TargetFigures figures = Run(next, turn, 1 + (done.GetValueOrDefault(next.Name)?.Turns ?? 0), atMost - watch.Elapsed);
            Figures.Add(figures);
            found += figures.Finds;

            long Done(IFuzzTarget one) => done.GetValueOrDefault(one.Name)?.Runs ?? 0;
        }
        return found == 0 ? 0 : 1;
    }

    /// <inheritdoc/>
    public void Dispose() => guard.Dispose();

    private TargetFigures Run(IFuzzTarget one, long runs, int seed, TimeSpan time)
    {
        Fuzzer fuzzer = new(one, seed);
        (target, fuzzing) = (one, fuzzer);
        Stopwatch own = Stopwatch.StartNew();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        fuzzer.Run(Corpus.Kept(one).Concat(Corpus.Found(one)), runs, () => isStopped || own.Elapsed >= time);
        fuzzing = null;
        TargetFigures figures = new(one.Name, 1, fuzzer.Executions, (Environment.CpuUsage.TotalTime - used).TotalSeconds, fuzzer.Edges, fuzzer.Corpus.Count(), fuzzer.Finds.Count, fuzzer.Slowest.Time.TotalMilliseconds, fuzzer.Memory.Before / 1024, fuzzer.Memory.After / 1024);
        Corpus.Save(one, fuzzer.Corpus);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figures.Target,-28}{figures.Runs,12:N0}{figures.Seconds,9:F1}{figures.PerSecond,9:N0}{figures.Edges,8:N0}{figures.Corpus,8:N0}{figures.Slowest,6:N1} ms{figures.Before,8:N0}{figures.After,8:N0}  {figures.Finds}"));
        foreach (Find find in fuzzer.Finds)
        {
            Console.WriteLine($"  {FuzzFiles.Save(one, find.What, find.Records)}");
            Console.WriteLine("    " + find.Failure.ToString().Replace("\n", "\n    ", StringComparison.Ordinal));
        }
        if (figures.After - figures.Before <= Growth) return figures;
        Console.WriteLine($"  grows by {figures.After - figures.Before} kB");
        return figures with { Finds = figures.Finds + 1 };
    }

    /// <summary>Watches that runs come to their end; one that does not is saved, and the program ends.</summary>
    private void Watch()
    {
        byte[][]? now = fuzzing?.Running;
        if (now is not null && ReferenceEquals(now, last))
        {
            Console.WriteLine($"{target!.Name}: does not end: {FuzzFiles.Save(target, "hang", now)}");
            Environment.Exit(1);
        }
        last = now;
    }
}
