using System.Diagnostics;

namespace Wardkeeper.Fuzz;

/// <summary>An input that the code under test did not stand.</summary>
/// <param name="What">Names it in kebab case; one find is kept of each.</param>
/// <param name="Records">The input, made smaller.</param>
/// <param name="Failure">What was thrown.</param>
internal sealed record Find(string What, byte[][] Records, Exception Failure);

/// <summary>
/// The loop: mutate a known input, run it, keep it if it went where none went before. Everything follows from the seed. Without
/// an instrumented sensor it only mutates what it began with.
/// </summary>
internal sealed class Fuzzer(IFuzzTarget target, int seed)
{
    /// <summary>An input of some kilobytes that takes longer costs more than it should.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    private readonly Random random = new(seed);
    private readonly List<byte[][]> corpus = [];
    private readonly byte[] known = Coverage.Nothing();
    private readonly Dictionary<string, Find> finds = new(StringComparer.Ordinal);
    private volatile byte[][]? running;
    private long executions;

    /// <summary>Inputs run.</summary>
    public long Executions => Interlocked.Read(ref executions);

    /// <summary>Edges taken by any of them.</summary>
    public int Edges => Coverage.Edges(known);

    /// <summary>Inputs that went somewhere new, the first ones included.</summary>
    public int CorpusSize => corpus.Count;

    /// <summary>What was found.</summary>
    public IReadOnlyCollection<Find> Finds => finds.Values;

    /// <summary>The input that is running, for whoever watches that it comes to its end.</summary>
    public byte[][]? Running => running;

    /// <summary>The run that took longest.</summary>
    public (TimeSpan Time, byte[][] Records) Slowest { get; private set; } = (TimeSpan.Zero, []);

    /// <summary>Runs until so many inputs are run or so much time has passed.</summary>
    public void Run(long runs, TimeSpan atMost)
    {
        Mutator mutator = new(target, random);
        foreach (byte[][] first in target.Seeds())
        {
            Try(first);
            corpus.Add(first);
        }
        Stopwatch watch = Stopwatch.StartNew();
        while (executions < runs && watch.Elapsed < atMost && finds.Count < 8)
        {
            byte[][] input = mutator.Mutate(Pick(), Pick());
            if (Try(input)) corpus.Add(input);
        }
        running = null;
        if (Slowest.Time > Limit) finds["slow"] = new Find("slow", Slowest.Records, new BrokenPromiseException("slow", $"{Slowest.Time.TotalMilliseconds:F0} ms"));
    }

    /// <summary>Runs one input; what it throws, or null.</summary>
    public static Exception? Failure(IFuzzTarget target, byte[][] records)
    {
        try
        {
            target.Run(records);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Names a failure by the promise that was broken, or by the exception and the method of ours that it came from.</summary>
    public static string NameOf(Exception failure)
    {
        if (failure is BrokenPromiseException broken) return broken.Promise;
        Exception root = failure.GetBaseException();
        string? frame = new StackTrace(root).GetFrames().Select(static one => one.GetMethod())
            .Where(static method => method?.DeclaringType?.FullName?.StartsWith("Wardkeeper.Sensor", StringComparison.Ordinal) == true)
            .Select(static method => $"{method!.DeclaringType!.Name}-{method.Name}").FirstOrDefault();
        string name = root.GetType().Name.Replace("Exception", "", StringComparison.Ordinal) + "-in-" + (frame ?? "harness");
        return string.Concat(name.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '-')).ToLowerInvariant();
    }

    /// <summary>Half of the choices go to the newest, which lead furthest; of two, the shorter is taken, which is run faster.</summary>
    private byte[][] Pick()
    {
        if (corpus.Count == 0) return [];
        int newest = Math.Min(corpus.Count, 16), from = random.Next(2) == 0 ? 0 : corpus.Count - newest;
        byte[][] one = corpus[random.Next(from, corpus.Count)], other = corpus[random.Next(from, corpus.Count)];
        return one.Sum(static record => record.Length) < other.Sum(static record => record.Length) ? one : other;
    }

    /// <summary>Times an input again: the shortest of four runs is what it takes when nothing else on the machine comes between.</summary>
    private void Slow(byte[][] input, TimeSpan shortest)
    {
        for (int i = 0; i < 3; i++)
        {
            long began = Stopwatch.GetTimestamp();
            Failure(target, input);
            TimeSpan time = Stopwatch.GetElapsedTime(began);
            if (time < shortest) shortest = time;
        }
        if (shortest > Slowest.Time) Slowest = (shortest, input);
    }

    private bool Try(byte[][] input)
    {
        running = input;
        Coverage.Clear();
        long began = Stopwatch.GetTimestamp();
        Exception? failure = Failure(target, input);
        TimeSpan time = Stopwatch.GetElapsedTime(began);
        executions++;
        if (failure is not null)
        {
            string what = NameOf(failure);
            if (!finds.ContainsKey(what))
            {
                byte[][] small = Minimiser.Minimise(target, input, what);
                finds[what] = new Find(what, small, Failure(target, small) ?? failure);
            }
            return false;
        }
        bool isNew = Coverage.Learn(known);
        // The first runs wait for the compiler.
        if (executions > 1000 && time > Slowest.Time) Slow(input, time);
        return isNew;
    }
}
