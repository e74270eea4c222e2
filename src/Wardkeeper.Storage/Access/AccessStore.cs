using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Storage.Access;

/// <summary>Persons, sessions and tokens in the relational store. Changes run one after another, across processes too.</summary>
internal sealed class AccessStore(StoreFactory factory, AuditLog audit) : IAccessStore, IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <inheritdoc/>
    public async Task<T> ChangeAsync<T>(Func<IAccessChange, Task<T>> change, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        await turn.WaitAsync(cancel);
        try
        {
            await using StoreContext context = factory.Open();
            // SQLite takes its write lock here; PostgreSQL is told to let one in at a time by the audit log's own lock.
            await using IDbContextTransaction transaction = await context.Database.BeginTransactionAsync(cancel);
            await audit.LockAsync(context.Database.GetDbConnection(), transaction.GetDbTransaction(), cancel);
            T answer = await change(new AccessChange(context, audit, transaction.GetDbTransaction(), cancel));
            await transaction.CommitAsync(cancel);
            return answer;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<User>> UsersAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        return [.. (await context.Set<UserRow>().AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancel)).Select(row => row.ToUser())];
    }

    /// <inheritdoc/>
    public async Task<User?> UserAsync(long id, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        return (await context.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancel))?.ToUser();
    }

    /// <inheritdoc/>
    public async Task<(Session Session, User User)?> SessionAsync(string hash, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        var pair = await context.Set<SessionRow>().AsNoTracking().Where(row => row.Hash == hash)
            .Join(context.Set<UserRow>().AsNoTracking(), session => session.UserId, user => user.Id, (session, user) => new { session, user }).FirstOrDefaultAsync(cancel);
        return pair is null ? null : (pair.session.ToSession(), pair.user.ToUser());
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Session>> SessionsAsync(long? userId, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        IQueryable<SessionRow> rows = context.Set<SessionRow>().AsNoTracking();
        if (userId is { } owner) rows = rows.Where(row => row.UserId == owner);
        return [.. (await rows.OrderByDescending(row => row.Created).ThenBy(row => row.Hash).ToListAsync(cancel)).Select(row => row.ToSession())];
    }

    /// <inheritdoc/>
    public async Task TouchSessionAsync(string hash, CaptureTime at, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        await context.Set<SessionRow>().Where(row => row.Hash == hash && row.LastUsed < at.Nanoseconds).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsed, at.Nanoseconds), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ApiToken>> TokensAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        return [.. (await context.Set<TokenRow>().AsNoTracking().OrderByDescending(row => row.Id).ToListAsync(cancel)).Select(row => row.ToToken())];
    }

    /// <inheritdoc/>
    public async Task<ApiToken?> TokenAsync(string hash, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        return (await context.Set<TokenRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Hash == hash, cancel))?.ToToken();
    }

    /// <inheritdoc/>
    public async Task TouchTokenAsync(long id, CaptureTime at, CancellationToken cancel = default)
    {
        await using StoreContext context = factory.Open();
        await context.Set<TokenRow>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsed, at.Nanoseconds), cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();
}
