using System.Diagnostics;

namespace Wardkeeper.Fuzz;

/// <summary>An input that the code under test did not stand.</summary>
/// <param name="What">Names it in kebab case; one find is kept of each.</param>
/// <param name="Records">The input, made smaller.</param>
/// <param name="Failure">What was thrown.</param>
internal sealed record Find(string What, byte[][] Records, Exception Failure);

/// <summary>
/// The loop: mutate a known input, run it, keep it if it went where none went before. Every input that did, and one in
/// <see cref="Share"/> of the others, is run thoroughly. Everything follows from the seed. Without an instrumented sensor it only
/// mutates what it began with.
/// </summary>
internal sealed class Fuzzer(IFuzzTarget target, int seed)
{
    /// <summary>Of so many inputs that go nowhere new, one is run thoroughly.</summary>
    private const int Share = 8;

    /// <summary>The first runs wait for the compiler.</summary>
    private const int Warm = 1000;

    /// <summary>An input of some kilobytes that takes longer costs more than it should.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    private readonly Random random = new(seed);
    private readonly List<(byte[][] Records, int Bytes)> corpus = [];
    private readonly byte[] known = Coverage.Nothing();
    private readonly Dictionary<string, Find> finds = new(StringComparer.Ordinal);
    private volatile byte[][]? running;
    private long executions;

    /// <summary>Inputs run.</summary>
    public long Executions => Interlocked.Read(ref executions);

    /// <summary>Edges taken by any of them.</summary>
    public int Edges => Coverage.Edges(known);

    /// <summary>Inputs that went somewhere new, the first ones included.</summary>
    public IEnumerable<byte[][]> Corpus => corpus.Select(static one => one.Records);

    /// <summary>What was found.</summary>
    public IReadOnlyCollection<Find> Finds => finds.Values;

    /// <summary>The input that is running, for whoever watches that it comes to its end.</summary>
    public byte[][]? Running => running;

    /// <summary>The run that took longest.</summary>
    public (TimeSpan Time, byte[][] Records) Slowest { get; private set; } = (TimeSpan.Zero, []);

    /// <summary>Bytes of managed memory in use when the first inputs had been run, and at the end; what the loop itself keeps is left out.</summary>
    public (long Before, long After) Memory { get; private set; }

    /// <summary>Runs the seeds and what is known from before, and then changes of them, until so many inputs are run or it is told to stop.</summary>
    public void Run(IEnumerable<byte[][]> before, long runs, Func<bool> isOver)
    {
        Mutator mutator = new(target, random);
        foreach (byte[][] first in target.Seeds())
        {
            Try(first);
            Keep(first);
        }
        foreach (byte[][] one in before)
        {
            if (Try(one)) Keep(one);
        }
        long used = GC.GetTotalMemory(forceFullCollection: true) - Kept;
        while (executions < runs && finds.Count < 8 && !((executions & 63) == 0 && isOver()))
        {
            byte[][] input = mutator.Mutate(Pick(), Pick());
            if (Try(input)) Keep(input);
        }
        running = null;
        Memory = (used, GC.GetTotalMemory(forceFullCollection: true) - Kept);
        if (Slowest.Time > Limit) finds["slow"] = new Find("slow", Slowest.Records, new BrokenPromiseException("slow", $"{Slowest.Time.TotalMilliseconds:F0} ms"));
    }

    /// <summary>Runs one input; what it throws, or null.</summary>
    public static Exception? Failure(IFuzzTarget target, byte[][] records, bool isThorough = true)
    {
        try
        {
            target.Run(records, isThorough);
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

    /// <summary>About what the corpus takes in memory: an array has a head of 24 bytes and is pointed to.</summary>
    private long Kept => corpus.Sum(static one => one.Bytes + (32L * (one.Records.Length + 2)));

    private void Keep(byte[][] input) => corpus.Add((input, input.Sum(static record => record.Length)));

    /// <summary>Half of the choices go to the newest, which lead furthest; of two, the shorter is taken, which is run faster.</summary>
    private byte[][] Pick()
    {
        if (corpus.Count == 0) return [];
        int newest = Math.Min(corpus.Count, 16), from = random.Next(2) == 0 ? 0 : corpus.Count - newest;
        (byte[][] Records, int Bytes) one = corpus[random.Next(from, corpus.Count)], other = corpus[random.Next(from, corpus.Count)];
        return one.Bytes < other.Bytes ? one.Records : other.Records;
    }

    /// <summary>Times an input again: the shortest of four runs is what it takes when nothing else on the machine comes between.</summary>
    private void Slow(byte[][] input, TimeSpan shortest)
    {
        for (int i = 0; i < 3; i++)
        {
            long began = Stopwatch.GetTimestamp();
            Failure(target, input, isThorough: false);
            TimeSpan time = Stopwatch.GetElapsedTime(began);
            if (time < shortest) shortest = time;
        }
        Coverage.Clear();
        if (shortest > Slowest.Time) Slowest = (shortest, input);
    }

    /// <summary>Runs one input; true if it went somewhere new.</summary>
    private bool Try(byte[][] input)
    {
        running = input;
        bool isThorough = executions++ % Share == 0;
        long began = Stopwatch.GetTimestamp();
        Exception? failure = Failure(target, input, isThorough);
        TimeSpan time = Stopwatch.GetElapsedTime(began);
        bool isNew = Coverage.Learn(known);
        if (failure is null && isNew && !isThorough)
        {
            failure = Failure(target, input);
            Coverage.Learn(known);
        }
        if (failure is not null)
        {
            Take(input, failure);
            return false;
        }
        if (!isThorough && executions > Warm && time > Slowest.Time) Slow(input, time);
        return isNew;
    }

    private void Take(byte[][] input, Exception failure)
    {
        string what = NameOf(failure);
        if (finds.ContainsKey(what)) return;
        byte[][] small = Minimiser.Minimise(target, input, what);
        finds[what] = new Find(what, small, Failure(target, small) ?? failure);
        Coverage.Clear();
    }
}
