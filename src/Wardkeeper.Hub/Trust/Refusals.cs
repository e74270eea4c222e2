using System.Collections.Concurrent;

namespace Wardkeeper.Hub.Trust;

/// <summary>Counts what was refused since the program started, by the code of the reason, and keeps what lately went wrong.</summary>
internal sealed class Refusals
{
    private const int Kept = 20;
    private readonly ConcurrentDictionary<string, long> counted = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> problems = new();

    /// <summary>Counts so far.</summary>
    public IReadOnlyDictionary<string, long> Counts => new SortedDictionary<string, long>(counted, StringComparer.Ordinal);

    /// <summary>What went wrong lately, the latest last.</summary>
    public IReadOnlyList<string> Problems => [.. problems];

    /// <summary>Counts one.</summary>
    public void Count(string code) => counted.AddOrUpdate(code, 1, static (_, before) => before + 1);

    /// <summary>Notes what went wrong.</summary>
    public void Trouble(string what)
    {
        problems.Enqueue(what);
        while (problems.Count > Kept) problems.TryDequeue(out _);
    }
}
