using Wardkeeper.Hub.Cases;

namespace Wardkeeper.Storage.Cases;

/// <summary>
/// The cases whose stores are open. A question opens what it needs; beyond a bound the one that was not asked for longest is
/// closed, when nobody reads in it just then.
/// </summary>
/// <param name="folderOf">Folder of a case.</param>
/// <param name="time">Clock for the queries.</param>
/// <param name="most">Cases that stay open without being read.</param>
internal sealed class CasePool(Func<long, string> folderOf, TimeProvider time, int most = 4) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1), files = new(1, 1);
    private readonly Dictionary<long, Entry> open = [];
    private long turn;

    /// <summary>Cases whose stores are open.</summary>
    public int Open => open.Count;

    /// <summary>Folder of a case.</summary>
    public string FolderOf(long number) => folderOf(number);

    /// <summary>Whether a case has stores; it has none after a backup was restored that holds no captures.</summary>
    public bool IsThere(long number) => CaseStore.IsThere(folderOf(number));

    /// <summary>Waits until nobody else deletes or copies files of cases, and keeps others from it until the answer is disposed of: what a copied list names must be there to be copied.</summary>
    public async Task<IDisposable> FilesAsync(CancellationToken cancel = default)
    {
        await files.WaitAsync(cancel);
        return new Turn(files);
    }

    /// <summary>Asks a case's stores.</summary>
    /// <exception cref="CaseGoneException">There is no such case any more.</exception>
    public async Task<T> AskAsync<T>(long number, Func<CaseStore, Task<T>> question, CancellationToken cancel)
    {
        Entry entry = await EnterAsync(number, cancel);
        try
        {
            return await question(entry.Store);
        }
        finally
        {
            await LeaveAsync(entry);
        }
    }

    /// <summary>Closes a case, when those who read in it are done; until the answer is disposed of nobody opens it.</summary>
    public async Task CloseAsync(long number, Action whenClosed)
    {
        while (true)
        {
            await gate.WaitAsync();
            try
            {
                if (!open.TryGetValue(number, out Entry? entry) || entry.Readers == 0)
                {
                    if (open.Remove(number)) await entry!.Store.DisposeAsync();
                    whenClosed();
                    return;
                }
            }
            finally
            {
                gate.Release();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Entry entry in open.Values) await entry.Store.DisposeAsync();
        open.Clear();
        gate.Dispose();
        files.Dispose();
    }

    private async Task<Entry> EnterAsync(long number, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (!open.TryGetValue(number, out Entry? entry))
            {
                string folder = folderOf(number);
                if (!CaseStore.IsThere(folder)) throw new CaseGoneException();
                open[number] = entry = new Entry(await CaseStore.OpenAsync(folder, time, cancel));
            }
            entry.Readers++;
            entry.Turn = ++turn;
            await ShrinkAsync();
            return entry;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task LeaveAsync(Entry entry)
    {
        await gate.WaitAsync();
        try
        {
            entry.Readers--;
            await ShrinkAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task ShrinkAsync()
    {
        foreach ((long number, Entry idle) in open.Where(one => one.Value.Readers == 0).OrderBy(one => one.Value.Turn).Take(Math.Max(0, open.Count - most)).ToArray())
        {
            open.Remove(number);
            await idle.Store.DisposeAsync();
        }
    }

    private sealed class Turn(SemaphoreSlim files) : IDisposable
    {
        public void Dispose() => files.Release();
    }

    private sealed class Entry(CaseStore store)
    {
        public CaseStore Store => store;

        public int Readers { get; set; }

        public long Turn { get; set; }
    }
}
