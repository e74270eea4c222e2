using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Views;

namespace Wardkeeper.Storage.Access;

/// <summary>One change in its transaction.</summary>
internal sealed class AccessChange(StoreContext context, AuditLog audit, DbTransaction transaction, CancellationToken cancel) : IAccessChange
{
    // A flood of made-up names must not fill the disk; the oldest failures are forgotten first.
    private const int MostFailures = 10_000, ForgottenAtOnce = 1_000;

    public async Task<IReadOnlyList<User>> UsersAsync() => [.. (await context.Set<UserRow>().AsNoTracking().ToListAsync(cancel)).Select(row => row.ToUser())];

    public async Task<Account?> AccountAsync(string name) => (await context.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Name == name, cancel))?.ToAccount();

    public async Task<Account?> AccountAsync(long id) => (await context.Set<UserRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancel))?.ToAccount();

    public async Task<Account> AddAsync(Account account)
    {
        UserRow row = new() { Revision = 1 };
        row.Fill(account);
        context.Add(row);
        await SaveAndForgetAsync();
        return row.ToAccount();
    }

    public Task<Account> SaveAsync(Account account) => StoreAsync(account, 1);

    public Task NoteAsync(Account account) => StoreAsync(account, 0);

    public async Task RemoveUserAsync(long id)
    {
        // Whoever gets the name later does not find what its bearer kept for herself; what she shared others use.
        await context.Set<SavedViewRow>().Where(view => !view.IsShared && context.Set<UserRow>().Any(row => row.Id == id && row.Name == view.Owner)).ExecuteDeleteAsync(cancel);
        await context.Set<UserRow>().Where(row => row.Id == id).ExecuteDeleteAsync(cancel);
    }

    public async Task<Failures> FailuresAsync(string key) =>
        await context.Set<FailureRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Key == key, cancel) is { } row ? new(row.Count, new(row.Last), new(row.LockedUntil)) : default;

    public async Task SaveFailuresAsync(string key, Failures failures)
    {
        FailureRow? row = await context.Set<FailureRow>().FirstOrDefaultAsync(other => other.Key == key, cancel);
        if (failures.Count == 0)
        {
            if (row is not null) context.Remove(row);
        }
        else
        {
            if (row is null)
            {
                await MakeRoomAsync();
                row = context.Add(new FailureRow { Key = key }).Entity;
            }
            (row.Count, row.Last, row.LockedUntil) = (failures.Count, failures.Last.Nanoseconds, failures.LockedUntil.Nanoseconds);
        }
        await SaveAndForgetAsync();
    }

    public async Task<Session?> SessionAsync(string hash) => (await context.Set<SessionRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Hash == hash, cancel))?.ToSession();

    public async Task AddSessionAsync(Session session, int perUser)
    {
        long now = session.Created.Nanoseconds;
        await context.Set<SessionRow>().Where(row => row.Expires <= now).ExecuteDeleteAsync(cancel);
        List<string> kept = await context.Set<SessionRow>().Where(row => row.UserId == session.UserId && row.AwaitsCode == session.AwaitsCode).OrderByDescending(row => row.LastUsed).Select(row => row.Hash).Take(perUser - 1).ToListAsync(cancel);
        await context.Set<SessionRow>().Where(row => row.UserId == session.UserId && row.AwaitsCode == session.AwaitsCode && !kept.Contains(row.Hash)).ExecuteDeleteAsync(cancel);
        context.Add(session.ToRow());
        await SaveAndForgetAsync();
    }

    public Task RemoveSessionAsync(string hash) => context.Set<SessionRow>().Where(row => row.Hash == hash).ExecuteDeleteAsync(cancel);

    public Task RemoveSessionsAsync(long userId, string? exceptHash = null) => context.Set<SessionRow>().Where(row => row.UserId == userId && row.Hash != (exceptHash ?? "")).ExecuteDeleteAsync(cancel);

    public async Task<ApiToken> AddTokenAsync(ApiToken token)
    {
        TokenRow row = token.ToRow();
        context.Add(row);
        await SaveAndForgetAsync();
        return row.ToToken();
    }

    public async Task<IReadOnlyList<ApiToken>> TokensAsync() => [.. (await context.Set<TokenRow>().AsNoTracking().ToListAsync(cancel)).Select(row => row.ToToken())];

    public Task RevokeTokenAsync(long id, CaptureTime at) => context.Set<TokenRow>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Revoked, at.Nanoseconds), cancel);

    public Task AuditAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null) =>
        audit.AppendAsync(context.Database.GetDbConnection(), transaction, who, action, subject, before, after, reason, cancel);

    private async Task<Account> StoreAsync(Account account, int revisions)
    {
        UserRow row = await context.Set<UserRow>().FirstAsync(other => other.Id == account.User.Id, cancel);
        row.Fill(account);
        row.Revision += revisions;
        await SaveAndForgetAsync();
        return row.ToAccount();
    }

    private async Task MakeRoomAsync()
    {
        if (await context.Set<FailureRow>().CountAsync(cancel) < MostFailures) return;
        List<string> oldest = await context.Set<FailureRow>().OrderBy(row => row.Last).Select(row => row.Key).Take(ForgottenAtOnce).ToListAsync(cancel);
        await context.Set<FailureRow>().Where(row => oldest.Contains(row.Key)).ExecuteDeleteAsync(cancel);
    }

    // Bulk statements go past the tracker; it must not answer from memory what they changed.
    private async Task SaveAndForgetAsync()
    {
        await context.SaveChangesAsync(cancel);
        context.ChangeTracker.Clear();
    }
}
