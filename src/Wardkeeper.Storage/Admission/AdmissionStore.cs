using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Admission;

/// <summary>
/// Stores decisions and accounting: everything that came while one transaction was committed goes into the next one together. An accounting message is answered after its commit;
/// decisions wait in a bounded queue. The tables are nobody else's, so it passes beside <see cref="HubGate"/> and no long batch of sensors keeps accounting waiting in PostgreSQL.
/// </summary>
internal sealed class AdmissionStore(StoreFactory stores, SessionBoard board, StoreHealth health) : IAdmissionRecords, IAsyncDisposable
{
    /// <summary>How many numbers are reserved ahead of those that were given.</summary>
    public const long Ahead = 100_000;

    private const int MostWaiting = 65_536, MostTogether = 512;

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly LogKeeper log = new(stores);
    private long reserved, lost, duplicates, stored;
    private DbConnection? connection;
    private Task writing = Task.CompletedTask;

    /// <summary>Decisions that found no room in the queue or could not be stored.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Accounting messages that said nothing new.</summary>
    public long Duplicates => Volatile.Read(ref duplicates);

    /// <summary>Accounting messages that were committed.</summary>
    public long Stored => Volatile.Read(ref stored);

    /// <summary>Reads who is where, and begins to store. Returns the highest number that a decision may have been given before.</summary>
    public async Task<long> OpenAsync(CancellationToken cancel)
    {
        await using (StoreContext context = stores.Open())
        {
            await foreach (AdmissionSessionRow row in context.Set<AdmissionSessionRow>().AsNoTracking().Where(row => row.Ended == null).AsAsyncEnumerable().WithCancellation(cancel)) board.Hold(row.ToSession());
            long given = await context.Set<AdmissionDecisionRow>().MaxAsync(row => (long?)row.Number, cancel) ?? 0;
            reserved = Math.Max(given, await context.Set<AdmissionNumberRow>().Select(row => (long?)row.Reserved).FirstOrDefaultAsync(cancel) ?? 0);
        }
        long before = reserved;
        await CommitAsync([], before + Ahead);
        await RehearseAsync();
        writing = Task.Run(RunAsync, CancellationToken.None);
        return before;
    }

    /// <inheritdoc/>
    public void Keep(AdmissionDecision decision)
    {
        if (!queue.Writer.TryWrite(new Waiting(decision, null, null))) Interlocked.Increment(ref lost);
    }

    /// <inheritdoc/>
    public Task<bool> StoreAsync(AccountingRecord record, CancellationToken cancel)
    {
        TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return queue.Writer.TryWrite(new Waiting(null, record, done)) ? done.Task.WaitAsync(cancel) : Task.FromResult(false);
    }

    /// <summary>Stores what has come, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        await log.EndAsync();
        if (connection is not null) await connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        List<Waiting> together = new(MostTogether);
        while (await queue.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (together.Count < MostTogether && queue.Reader.TryRead(out Waiting? one)) together.Add(one);
            bool isCommitted = false;
            try
            {
                long highest = together.Max(one => one.Decision?.Number ?? 0);
                await CommitAsync(together, highest > reserved - (Ahead / 2) ? highest + Ahead : null);
                isCommitted = true;
                health.Clear("admission", StoreFaults.Passing);
            }
            catch (Exception e) when (StoreFaults.IsStoreFault(e))
            {
                (StoreTroubleKind kind, string message) = StoreFaults.Explain(e);
                health.Report("admission", kind, message);
                Interlocked.Add(ref lost, together.Count(one => one.Decision is not null));
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
            }
            foreach (Waiting one in together) one.Done?.TrySetResult(isCommitted);
        }
    }

    /// <summary>Writes an invented decision and message and takes them back, so that the first real ones do not wait for what is compiled at its first use.</summary>
    private async Task RehearseAsync()
    {
        CaptureTime now = default;
        await CommitAsync([new Waiting(AdmissionRehearsal.Decision(now), null, null), new Waiting(null, AdmissionRehearsal.Accounting(now), null)], null, isKept: false);
    }

    /// <summary>Stores some together, or takes all of it back. Who is where changes in memory after the commit alone.</summary>
    private async Task CommitAsync(List<Waiting> together, long? reserve, bool isKept = true)
    {
        if (connection is null)
        {
            connection = await stores.ConnectAsync();
            await log.TakeOverAsync(connection);
        }
        Dictionary<(IPAddress, string), AdmissionSession> changed = [];
        int same = 0, messages = 0;
        await using (DbTransaction transaction = await connection.BeginTransactionAsync())
        {
            if (reserve is { } up)
            {
                using Upsert numbers = new(connection, transaction, "admission_numbers", ["id"], ["reserved"]);
                numbers.Run(1, up);
            }
            using (Upsert decisions = Upsert.Insert(connection, transaction, "admission_decisions", AdmissionDecisionRow.Columns))
            {
                foreach (Waiting one in together)
                {
                    if (one.Decision is { } decision) decisions.Run(AdmissionDecisionRow.Values(decision));
                }
            }
            Dictionary<(IPAddress, string), AdmissionSession> ended = await EndedAsync(transaction, together);
            foreach (Waiting one in together)
            {
                if (one.Record is not { } record) continue;
                messages++;
                if (!Apply(ended, changed, record)) same++;
            }
            using (Upsert sessions = new(connection, transaction, "admission_sessions", AdmissionSessionRow.Key, AdmissionSessionRow.Columns))
            {
                foreach (AdmissionSession session in changed.Values) sessions.Run(AdmissionSessionRow.Values(session));
            }
            if (!isKept)
            {
                await transaction.RollbackAsync();
                return;
            }
            await transaction.CommitAsync();
        }
        log.Committed();
        reserved = reserve ?? reserved;
        Interlocked.Add(ref stored, messages);
        Interlocked.Add(ref duplicates, same);
        foreach (AdmissionSession session in changed.Values) board.Hold(session);
    }

    /// <summary>Works one message in; false when it said nothing new.</summary>
    private bool Apply(Dictionary<(IPAddress, string), AdmissionSession> ended, Dictionary<(IPAddress, string), AdmissionSession> changed, AccountingRecord record)
    {
        if (record.Kind is AccountingKind.On or AccountingKind.Off)
        {
            AdmissionSession[] ending = [.. board.At(record.NasAddress).Where(one => !changed.ContainsKey((one.Nas, one.Id))).Concat(changed.Values.Where(one => one.Nas.Equals(record.NasAddress))).Where(one => one.Ended is null && one.LastSeen <= record.At)];
            foreach (AdmissionSession one in ending) changed[(one.Nas, one.Id)] = one.EndedBy(record);
            return ending.Length > 0;
        }
        (IPAddress, string) key = (record.NasAddress, record.Session);
        AdmissionSession? before = changed.GetValueOrDefault(key) ?? board.Find(record.NasAddress, record.Session) ?? ended.GetValueOrDefault(key);
        AdmissionSession after = AdmissionSession.After(before, record);
        if (after == before) return false;
        changed[key] = after;
        return true;
    }

    /// <summary>The sessions that messages speak of and that do not go on any more: a message may come late or twice.</summary>
    private async Task<Dictionary<(IPAddress, string), AdmissionSession>> EndedAsync(DbTransaction transaction, List<Waiting> together)
    {
        object[] ids = [.. together.Select(one => one.Record).OfType<AccountingRecord>().Where(record => board.Find(record.NasAddress, record.Session) is null).Select(record => record.Session).Distinct()];
        Dictionary<(IPAddress, string), AdmissionSession> ended = [];
        if (ids.Length == 0) return ended;
        string sql = $"SELECT {string.Join(", ", AdmissionSessionRow.Key)}, {string.Join(", ", AdmissionSessionRow.Columns)} FROM admission_sessions WHERE id IN ({string.Join(", ", ids.Select((_, i) => "@p" + i.ToString(CultureInfo.InvariantCulture)))})";
        foreach (AdmissionSession session in (await transaction.AskAsync(sql, AdmissionSessionRow.Read, CancellationToken.None, ids)).Select(row => row.ToSession())) ended[(session.Nas, session.Id)] = session;
        return ended;
    }

    private sealed record Waiting(AdmissionDecision? Decision, AccountingRecord? Record, TaskCompletionSource<bool>? Done);
}
