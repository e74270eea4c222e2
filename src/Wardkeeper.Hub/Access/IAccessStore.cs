using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>Keeps persons, sessions and tokens.</summary>
public interface IAccessStore
{
    /// <summary>
    /// Runs a change in one transaction, alone: no other change runs at the same time, so what was checked still holds when it is
    /// stored. Its audit entries are stored with it. An exception undoes all of it.
    /// </summary>
    Task<T> ChangeAsync<T>(Func<IAccessChange, Task<T>> change, CancellationToken cancel = default);

    /// <summary>All persons, by name.</summary>
    Task<IReadOnlyList<User>> UsersAsync(CancellationToken cancel = default);

    /// <summary>A person; null when there is none.</summary>
    Task<User?> UserAsync(long id, CancellationToken cancel = default);

    /// <summary>A session with its person, good or not; null when there is none.</summary>
    Task<(Session Session, User User)?> SessionAsync(string hash, CancellationToken cancel = default);

    /// <summary>Sessions of one person, or of all, the latest first.</summary>
    Task<IReadOnlyList<Session>> SessionsAsync(long? userId, CancellationToken cancel = default);

    /// <summary>Notes that a session was used.</summary>
    Task TouchSessionAsync(string hash, CaptureTime at, CancellationToken cancel = default);

    /// <summary>All tokens, the latest first.</summary>
    Task<IReadOnlyList<ApiToken>> TokensAsync(CancellationToken cancel = default);

    /// <summary>A token by the hash of the whole, good or not; null when there is none.</summary>
    Task<ApiToken?> TokenAsync(string hash, CancellationToken cancel = default);

    /// <summary>Notes that a token was used.</summary>
    Task TouchTokenAsync(long id, CaptureTime at, CancellationToken cancel = default);
}

/// <summary>What a change may read and write; used by one thread, until the change ends.</summary>
public interface IAccessChange
{
    /// <summary>All persons.</summary>
    Task<IReadOnlyList<User>> UsersAsync();

    /// <summary>A person by name.</summary>
    Task<Account?> AccountAsync(string name);

    /// <summary>A person by number.</summary>
    Task<Account?> AccountAsync(long id);

    /// <summary>Adds a person; answers with its number.</summary>
    Task<Account> AddAsync(Account account);

    /// <summary>Stores a person with a revision one higher.</summary>
    Task<Account> SaveAsync(Account account);

    /// <summary>Stores what a sign-in changes (last sign-in, codes used, a stronger hash) without a new revision.</summary>
    Task NoteAsync(Account account);

    /// <summary>Removes a person with its sessions.</summary>
    Task RemoveUserAsync(long id);

    /// <summary>Failures of a user name or an address.</summary>
    Task<Failures> FailuresAsync(string key);

    /// <summary>Stores failures; a count of 0 removes them. The store keeps a bounded number and forgets the oldest.</summary>
    Task SaveFailuresAsync(string key, Failures failures);

    /// <summary>A session; null when there is none.</summary>
    Task<Session?> SessionAsync(string hash);

    /// <summary>Adds a session, and removes expired ones and those of this person beyond a number.</summary>
    Task AddSessionAsync(Session session, int perUser);

    /// <summary>Removes a session.</summary>
    Task RemoveSessionAsync(string hash);

    /// <summary>Removes every session of a person but one.</summary>
    Task RemoveSessionsAsync(long userId, string? exceptHash = null);

    /// <summary>Adds a token; answers with its number.</summary>
    Task<ApiToken> AddTokenAsync(ApiToken token);

    /// <summary>Tokens.</summary>
    Task<IReadOnlyList<ApiToken>> TokensAsync();

    /// <summary>Revokes a token.</summary>
    Task RevokeTokenAsync(long id, CaptureTime at);

    /// <summary>Appends to the audit log, stored with the change.</summary>
    Task AuditAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null);
}

/// <summary>Failures in a row.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">The last one; wall-clock time.</param>
/// <param name="LockedUntil">Until when nothing is tried; wall-clock time; zero when not locked.</param>
public readonly record struct Failures(int Count, CaptureTime Last, CaptureTime LockedUntil);
