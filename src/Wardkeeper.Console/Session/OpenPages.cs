using System.Collections.Concurrent;

namespace Wardkeeper.Console.Session;

/// <summary>
/// Counts open pages, since each holds memory in the hub: ten of one person, five hundred in all. A page beyond that says so
/// instead of loading.
/// </summary>
internal sealed class OpenPages
{
    /// <summary>Most pages of one person.</summary>
    public const int PerPerson = 10;

    /// <summary>Most pages in all: fifty persons with ten each.</summary>
    public const int InAll = 500;

    private readonly ConcurrentDictionary<string, int> persons = new(StringComparer.Ordinal);
    private int all;

    /// <summary>Takes a place for a page; null when there is none left. Dispose it when the page closes.</summary>
    public IDisposable? TryOpen(string person)
    {
        if (Interlocked.Increment(ref all) > InAll)
        {
            Interlocked.Decrement(ref all);
            return null;
        }
        if (persons.AddOrUpdate(person, 1, static (_, open) => open + 1) <= PerPerson) return new Place(this, person);
        Close(person);
        return null;
    }

    private void Close(string person)
    {
        Interlocked.Decrement(ref all);
        if (persons.AddOrUpdate(person, 0, static (_, open) => open - 1) == 0) persons.TryRemove(new(person, 0));
    }

    private sealed class Place(OpenPages pages, string person) : IDisposable
    {
        private int closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref closed, 1) == 0) pages.Close(person);
        }
    }
}
