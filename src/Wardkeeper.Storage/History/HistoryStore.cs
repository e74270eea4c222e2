using System.Globalization;
using DuckDB.NET.Data;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;

namespace Wardkeeper.Storage.History;

/// <summary>
/// History of flows and transactions: one DuckDB file per day, all attached to one instance in memory whose memory, threads and
/// temporary files are bounded. A day's file is independent of the others: it is written in transactions of its own, opened anew
/// after a fault, put aside when it is damaged, deleted when it is old, copied by itself. One thread writes; queries run beside it.
/// </summary>
internal sealed class HistoryStore : IDisposable
{
    private readonly string folder;
    private readonly StoreHealth health;
    private readonly SemaphoreSlim readers, writing = new(1, 1);
    private readonly DuckDBConnection root, writer;
    private readonly HistoryAppend append = new();
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, HistoryDay> days = [];

    private HistoryStore(string folder, HistoryOptions options, StoreHealth health)
    {
        (this.folder, Options, this.health) = (folder, options, health);
        readers = new SemaphoreSlim(options.Readers, options.Readers);
        root = new DuckDBConnection("DataSource=:memory:");
        root.Open();
        writer = root.Duplicate();
        writer.Open();
    }

    /// <summary>How history is kept.</summary>
    public HistoryOptions Options { get; private set; }

    /// <summary>From now on history is kept for other days and within another size.</summary>
    public void Keep(int days, long? maxBytes) => Options = Options with { KeepDays = days, MaxBytes = maxBytes };

    /// <summary>Where its files are.</summary>
    public string Folder => folder;

    /// <summary>All days that have a file, the earliest first.</summary>
    public IReadOnlyList<HistoryDay> Days
    {
        get
        {
            lock (gate) return [.. days.Values];
        }
    }

    /// <summary>Opens history; makes the folder when it is not there. Damaged days are put aside and reported.</summary>
    public static HistoryStore Open(string folder, HistoryOptions options, StoreHealth health)
    {
        Directory.CreateDirectory(folder);
        HistoryStore store = new(folder, options, health);
        try
        {
            string temporary = Path.Combine(folder, "tmp");
            HistoryDay.Run(store.root, string.Create(CultureInfo.InvariantCulture, $"SET memory_limit='{options.MemoryMegabytes}MB'; SET threads=1; SET preserve_insertion_order=false;"));
            HistoryDay.Run(store.root, $"SET temp_directory='{temporary.Replace("'", "''", StringComparison.Ordinal)}'; SET max_temp_directory_size='2GB';");
            HistoryDay.Run(store.root, "SET autoinstall_known_extensions=false; SET autoload_known_extensions=false;");
            string[] paths = Directory.GetFiles(folder, "*.duckdb");
            Array.Sort(paths, StringComparer.Ordinal);
            foreach (string path in paths)
            {
                if (HistoryDay.NumberOf(path) is { } number) store.AttachOrPutAside(number);
            }
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Highest sequence of a sensor in any day.</summary>
    public long AppliedOf(string sensor) => Days.Max(day => (long?)day.Applied.GetValueOrDefault(sensor)) ?? 0;

    /// <summary>Stores batches, each day in a transaction of its own; what a day has already is skipped. After an exception the same call may be made again.</summary>
    /// <exception cref="DuckDBException">The store refused; days before the one that failed are stored.</exception>
    public Task AppendAsync(IReadOnlyList<ResolvedBatch> batches) => WriteAsync(() => AppendInsideAsync(batches));

    private async Task AppendInsideAsync(IReadOnlyList<ResolvedBatch> batches)
    {
        SortedSet<int> touched = [];
        foreach (ResolvedBatch one in batches) touched.UnionWith(one.Days);
        foreach (int number in touched)
        {
            HistoryDay day = DayOf(number);
            try
            {
                append.Append(writer, day, batches);
            }
            catch (DuckDBException)
            {
                await ReopenAsync(day);
                throw;
            }
        }
    }

    /// <summary>Runs a question on a connection of its own; waits while enough others are asked.</summary>
    /// <exception cref="HistoryUnavailableException">It cannot be answered just now, or took too long.</exception>
    public async Task<T> ReadAsync<T>(Func<DuckDBConnection, CancellationToken, T> question, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Ask(question, cancel), CancellationToken.None);
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>Deletes a day for good, when nobody reads.</summary>
    public Task DeleteAsync(HistoryDay day) => WriteAsync(() => AloneAsync(() =>
    {
        lock (gate) days.Remove(day.Number);
        HistoryDay.Run(writer, $"DETACH {day.Alias}");
        File.Delete(day.Path + ".wal");
        File.Delete(day.Path);
    }));

    /// <summary>Merges what was written of a day into its file.</summary>
    public Task CheckpointAsync(HistoryDay day) => WriteAsync(() => AloneAsync(() => HistoryDay.Run(writer, $"CHECKPOINT {day.Alias}")));

    /// <summary>
    /// Copies a day, whole and consistent, into another folder, and gives the names of the copies and how far the day was. The day
    /// is closed meanwhile: to open its file a second time and close it would take the lock from it.
    /// </summary>
    public async Task<(IReadOnlyList<string> Names, IReadOnlyDictionary<string, long> Applied)> CopyAsync(HistoryDay day, string into)
    {
        List<string> names = [];
        Dictionary<string, long> applied = new(day.Applied, StringComparer.Ordinal);
        await WriteAsync(() => AloneAsync(() =>
        {
            HistoryDay.Run(writer, $"DETACH {day.Alias}");
            try
            {
                foreach (string path in new[] { day.Path, day.Path + ".wal" })
                {
                    string target = Path.Combine(into, Path.GetFileName(path));
                    File.Delete(target);
                    if (!File.Exists(path)) continue;
                    File.Copy(path, target);
                    names.Add(Path.GetFileName(path));
                }
            }
            finally
            {
                lock (gate) days.Remove(day.Number);
                AttachOrPutAside(day.Number);
            }
        }));
        return (names, applied);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        root.Dispose();
        readers.Dispose();
        writing.Dispose();
    }

    private T Ask<T>(Func<DuckDBConnection, CancellationToken, T> question, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Options.QueryTimeout);
        try
        {
            using DuckDBConnection connection = root.Duplicate();
            connection.Open();
            return question(connection, limit.Token);
        }
        catch (Exception e) when (e is DuckDBException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested) throw new HistoryUnavailableException($"The question took more than {Options.QueryTimeout.TotalSeconds:F0} s. Ask for a shorter time or for less.", e);
            throw new HistoryUnavailableException($"History cannot be read just now: {FirstLine(e)}. It is opened again by itself; if this stays, see Health.", e);
        }
    }

    private HistoryDay DayOf(int number)
    {
        lock (gate)
        {
            if (days.TryGetValue(number, out HistoryDay? day)) return day;
        }
        return AttachOrPutAside(number) ?? AttachOrPutAside(number)!;
    }

    private HistoryDay? AttachOrPutAside(int number)
    {
        string path = Path.Combine(folder, DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(number).ToString("yyyyMMdd", CultureInfo.InvariantCulture) + ".duckdb");
        bool existed = File.Exists(path);
        try
        {
            HistoryDay day = HistoryDay.Attach(writer, folder, number);
            lock (gate) days[number] = day;
            return day;
        }
        catch (DuckDBException e) when (existed && HistoryFaults.IsDamage(e))
        {
            string aside = HistoryFaults.PutAside(folder, path);
            health.Report("history", StoreTroubleKind.Damaged, $"{Path.GetFileName(path)} is damaged ({FirstLine(e)}) and was put aside as {aside}. Its day is not shown. Restore it from a backup, or delete it if it is not needed.");
            return null;
        }
    }

    /// <summary>After a fault a day's database answers nothing more until it is detached and attached again; what was committed is in it.</summary>
    private async Task ReopenAsync(HistoryDay day) =>
        await AloneAsync(() =>
        {
            lock (gate) days.Remove(day.Number);
            TryRun("ROLLBACK");
            TryRun($"DETACH {day.Alias}");
            try
            {
                AttachOrPutAside(day.Number);
            }
            catch (DuckDBException)
            {
                // The disk is still full: the next append attaches it.
            }
        });

    private async Task WriteAsync(Func<Task> write)
    {
        await writing.WaitAsync();
        try
        {
            await write();
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task AloneAsync(Action action)
    {
        for (int i = 0; i < Options.Readers; i++) await readers.WaitAsync();
        try
        {
            action();
        }
        finally
        {
            readers.Release(Options.Readers);
        }
    }

    private void TryRun(string sql)
    {
        try
        {
            HistoryDay.Run(writer, sql);
        }
        catch (DuckDBException)
        {
            // No transaction was open, or the day was detached before.
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.');
}
