using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Audit;

/// <summary>
/// The audit log in the relational store: every entry carries the hash of the one before, numbers and hashes are anchored in a
/// file outside the database, and the database itself refuses to change or delete an entry.
/// </summary>
internal sealed class AuditLog(StoreFactory factory, AuditAnchors anchors, TimeProvider time, HubGate? gate = null) : IAuditLog, IAuditQueries
{
    // Two writers that read the same last entry would give the same number twice; any constant known to nobody else serves.
    private const long PostgresLock = 0x57415244_41554454;
    private const int LongestText = 16_000;
    private const string Columns = "sequence, at, who, address, action, subject, before_state, after_state, reason, previous, hash";

    private readonly Channel<bool> appended = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int sinceAnchor;

    /// <summary>Makes the database refuse changes of entries. Called once at start, after the tables were made.</summary>
    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        await using DbConnection connection = await factory.ConnectAsync(cancel);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = factory.IsSqlite ? AuditGuards.Sqlite : AuditGuards.Postgres;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Appends: within the edit that passes the hub's gate, when one does, else in a transaction of its own.</summary>
    public async Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default)
    {
        await AppendAsync(who, [new AuditNote(action, subject, before, after, reason)], cancel);
    }

    /// <inheritdoc cref="IAuditLog.AppendAsync(Actor, IReadOnlyList{AuditNote}, CancellationToken)"/>
    public async Task AppendAsync(Actor who, IReadOnlyList<AuditNote> notes, CancellationToken cancel = default)
    {
        if (gate?.Current is { } edit)
        {
            await AppendAsync(edit.Connection, edit.Transaction, who, notes, cancel);
            return;
        }
        await using DbConnection connection = await factory.ConnectAsync(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        await AppendAsync(connection, transaction, who, notes, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Appends within the caller's transaction, so that the entry is stored with the change it tells of or not at all. On PostgreSQL others who append wait until that transaction ends: append last.</summary>
    public Task AppendAsync(DbConnection connection, DbTransaction transaction, Actor who, string action, string subject, string? before, string? after, string? reason, CancellationToken cancel = default) =>
        AppendAsync(connection, transaction, who, [new AuditNote(action, subject, before, after, reason)], cancel);

    private async Task AppendAsync(DbConnection connection, DbTransaction transaction, Actor who, IReadOnlyList<AuditNote> notes, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(who);
        await LockAsync(connection, transaction, cancel);
        AuditAnchor last = await LastAsync(connection, transaction, cancel);
        using (Upsert into = Upsert.Insert(connection, transaction, "audit", Columns.Split(", ")))
        {
            foreach (AuditNote note in notes)
            {
                AuditEntry entry = new(last.Sequence + 1, time.Now(), Clean(who.Name)!, Clean(who.Address), Clean(note.Action)!, Clean(note.Subject)!, Clean(note.Before), Clean(note.After), Clean(note.Reason), last.Hash, "");
                last = new AuditAnchor(entry.Sequence, entry.ComputeHash());
                into.Run(entry.Sequence, entry.At.Nanoseconds, entry.Who, entry.Address, entry.Action, entry.Subject, entry.Before, entry.After, entry.Reason, entry.Previous, last.Hash);
            }
        }
        if (Interlocked.Add(ref sinceAnchor, notes.Count) >= AuditAnchors.EntriesBetween) appended.Writer.TryWrite(true);
    }

    /// <summary>Waits until nobody else appends, for the rest of the transaction. SQLite has one writer anyway.</summary>
    public async Task LockAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancel = default)
    {
        if (factory.IsSqlite) return;
        await using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT pg_advisory_xact_lock({PostgresLock})";
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Writes the last committed entry's number and hash outside the database, when there are new ones.</summary>
    public async Task AnchorAsync(CancellationToken cancel = default)
    {
        Interlocked.Exchange(ref sinceAnchor, 0);
        await using DbConnection connection = await factory.ConnectAsync(cancel);
        await anchors.AddAsync(await LastAsync(connection, null, cancel), cancel);
    }

    /// <summary>Anchors until stopped: when enough entries came, at least every minute, and at the end.</summary>
    public async Task KeepAnchoringAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using CancellationTokenSource minute = new(AuditAnchors.Longest, time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, minute.Token);
            try
            {
                await appended.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // The minute is over, or the program stops: both are a reason to anchor what there is.
            }
            await AnchorAsync(CancellationToken.None);
        }
        // What was appended while the last anchor was being written.
        await AnchorAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<Page<AuditEntry>> FindAsync(AuditFilter filter, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        IQueryable<AuditRow> rows = Matching(context, filter);
        List<AuditRow> found = await rows.OrderByDescending(row => row.Sequence).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. found.Select(ToEntry)], await rows.LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        await foreach (AuditRow row in Matching(context, filter).OrderBy(row => row.Sequence).AsAsyncEnumerable().WithCancellation(cancel)) yield return ToEntry(row);
    }

    /// <inheritdoc/>
    public async Task<ChainReport> VerifyAsync(CancellationToken cancel = default)
    {
        // Anchors first: what is anchored while the entries are read must not look like a cut tail.
        ChainCheck check = new(await anchors.ReadAsync(cancel));
        await using DbConnection connection = await factory.ConnectAsync(cancel);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM audit ORDER BY sequence";
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel) && check.Next(Read(reader))) { }
        return check.End();
    }

    private static IQueryable<AuditRow> Matching(StoreContext context, AuditFilter filter)
    {
        IQueryable<AuditRow> rows = context.Set<AuditRow>().AsNoTracking();
        if (filter.Who is { } who) rows = rows.Where(row => row.Who == who);
        if (filter.Action is { } action) rows = rows.Where(row => row.Action == action);
        if (filter.Subject is { } subject) rows = rows.Where(row => row.Subject.StartsWith(subject));
        if (filter.Since is { Nanoseconds: var since }) rows = rows.Where(row => row.At >= since);
        if (filter.Until is { Nanoseconds: var until }) rows = rows.Where(row => row.At < until);
        return rows;
    }

    private static async Task<AuditAnchor> LastAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        await using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1";
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? new(reader.GetInt64(0), reader.GetString(1)) : new(0, AuditEntry.Origin);
    }

    private static AuditEntry Read(DbDataReader reader) =>
        new(reader.GetInt64(0), new(reader.GetInt64(1)), reader.GetString(2), Text(reader, 3), reader.GetString(4), reader.GetString(5), Text(reader, 6), Text(reader, 7), Text(reader, 8), reader.GetString(9), reader.GetString(10));

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static AuditEntry ToEntry(AuditRow row) => new(row.Sequence, new CaptureTime(row.At), row.Who, row.Address, row.Action, row.Subject, row.Before, row.After, row.Reason, row.Previous, row.Hash);

    // PostgreSQL cannot store NUL, and half a surrogate pair reads back as another character than was hashed.
    private static string? Clean(string? text)
    {
        if (text is null) return null;
        if (text.Length > LongestText) text = text[..LongestText] + "…";
        return System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Replace('\0', ' ')));
    }
}
