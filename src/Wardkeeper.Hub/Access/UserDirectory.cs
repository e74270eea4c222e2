using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Access;

/// <summary>What is said of a person when added or edited.</summary>
public sealed record UserDraft
{
    /// <summary>Name typed at sign-in; kept as it is when a person is edited.</summary>
    public string Name { get; init; } = "";

    /// <summary>The person's own name.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Telephone, or null.</summary>
    public string? Telephone { get; init; }

    /// <summary>Roles.</summary>
    public IReadOnlySet<Role> Roles { get; init; } = new HashSet<Role>();

    /// <summary>Departments a viewer is limited to; empty when not limited.</summary>
    public IReadOnlySet<string> Departments { get; init; } = new HashSet<string>();

    /// <summary>May not sign in.</summary>
    public bool IsDisabled { get; init; }
}

/// <summary>Persons and the rules that always hold among them. Every change is in the audit log, in the same transaction.</summary>
public sealed class UserDirectory(IAccessStore store, IChangeFeed feed, FirstPassword firstPassword, TimeProvider time)
{
    /// <summary>The topic of the change feed.</summary>
    public const string Topic = "users";

    /// <summary>All persons.</summary>
    public Task<IReadOnlyList<User>> ListAsync(CancellationToken cancel = default) => store.UsersAsync(cancel);

    /// <summary>A person; null when there is none.</summary>
    public Task<User?> GetAsync(long id, CancellationToken cancel = default) => store.UserAsync(id, cancel);

    /// <summary>Adds a person; answers with the one-time password, which is told once.</summary>
    public async Task<(User User, string OneTimePassword)> AddAsync(Actor who, UserDraft draft, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        string name = UserRules.NormalName(draft.Name), password = Passwords.MakeOneTime();
        Mistakes mistakes = new();
        UserRules.CheckName(name, mistakes);
        UserRules.Check(draft.DisplayName, draft.Telephone, draft.Roles, draft.Departments, mistakes);
        mistakes.ThrowIfAny();
        Account fresh = new(Fill(new User { Id = 0, Name = name, DisplayName = "", Roles = draft.Roles, Departments = draft.Departments, MustChangePassword = true, Created = time.Now() }, draft), Passwords.Hash(password), null, 0, []);
        User user = await ChangeAsync(async change =>
        {
            if (await change.AccountAsync(name) is not null) throw new RefusedException(Refusal.Conflict, "name", "name-taken", $"There is a user named {name} already.");
            User added = (await change.AddAsync(fresh)).User;
            await change.AuditAsync(who, "user-created", Subject(added), null, added.Summary());
            return added;
        }, cancel);
        return (user, password);
    }

    /// <summary>Edits a person. Changed roles, departments or a disabled sign-in end all sessions of that person.</summary>
    /// <param name="who">Who edits.</param>
    /// <param name="id">Whom.</param>
    /// <param name="revision">Revision the edit was made on; null to edit whatever there is.</param>
    /// <param name="draft">What shall hold.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<User> EditAsync(Actor who, long id, long? revision, UserDraft draft, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(draft);
        return ChangeAsync(async change =>
        {
            Account account = await UserRules.FindAsync(change, id);
            User before = account.User;
            if (revision is { } seen && seen != before.Revision) throw new RefusedException(Refusal.Stale, "", "user-stale", "Somebody changed this user in the meantime; load it again.");
            Mistakes mistakes = new();
            UserRules.Check(draft.DisplayName, draft.Telephone, draft.Roles, draft.Departments, mistakes);
            mistakes.ThrowIfAny();
            User after = Fill(before, draft);
            bool changesRights = !after.Roles.SetEquals(before.Roles) || !after.Departments.SetEquals(before.Departments) || after.IsDisabled != before.IsDisabled;
            if (changesRights && IsSelf(who, before)) throw new RefusedException(Refusal.Forbidden, "roles", "own-roles", "Nobody changes her own roles, departments or sign-in; ask another administrator.");
            UserRules.RequireAdministrator((await change.UsersAsync()).Select(user => user.Id == id ? after : user));
            Account saved = await change.SaveAsync(account with { User = after });
            if (changesRights) await change.RemoveSessionsAsync(id);
            await change.AuditAsync(who, "user-edited", Subject(before), before.Summary(), after.Summary());
            return saved.User;
        }, cancel);
    }

    /// <summary>Removes a person. The audit log keeps the name.</summary>
    public Task RemoveAsync(Actor who, long id, long? revision = null, CancellationToken cancel = default) => ChangeAsync(async change =>
    {
        User user = (await UserRules.FindAsync(change, id)).User;
        if (revision is { } seen && seen != user.Revision) throw new RefusedException(Refusal.Stale, "", "user-stale", "Somebody changed this user in the meantime; load it again.");
        if (IsSelf(who, user)) throw new RefusedException(Refusal.Forbidden, "", "own-removal", "Nobody removes herself; ask another administrator.");
        UserRules.RequireAdministrator((await change.UsersAsync()).Where(other => other.Id != id));
        await change.RemoveUserAsync(id);
        await change.AuditAsync(who, "user-removed", Subject(user), user.Summary());
        return true;
    }, cancel);

    /// <summary>Gives a person a one-time password, told once; ends all sessions and the lock.</summary>
    public async Task<string> ResetPasswordAsync(Actor who, long id, CancellationToken cancel = default)
    {
        string password = Passwords.MakeOneTime(), hash = Passwords.Hash(password);
        await ChangeAsync(async change =>
        {
            Account account = await UserRules.FindAsync(change, id);
            if (IsSelf(who, account.User)) throw new RefusedException(Refusal.Forbidden, "", "own-reset", "Change your own password with the old one.");
            await change.SaveAsync(account with { PasswordHash = hash, User = account.User with { MustChangePassword = true } });
            await change.RemoveSessionsAsync(id);
            await LockOut.ForgetAsync(change, account.User.Name);
            await change.AuditAsync(who, "password-reset", Subject(account.User));
            return true;
        }, cancel);
        return password;
    }

    /// <summary>Changes a person's own password; ends all other sessions.</summary>
    /// <param name="who">The person.</param>
    /// <param name="id">Her number.</param>
    /// <param name="sessionHash">The session that stays.</param>
    /// <param name="current">Password so far.</param>
    /// <param name="chosen">Password from now on.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task ChangePasswordAsync(Actor who, long id, string? sessionHash, string current, string chosen, CancellationToken cancel = default)
    {
        Account before = await store.ChangeAsync(change => UserRules.FindAsync(change, id), cancel);
        Mistakes mistakes = new();
        Passwords.Check(chosen, before.User.Name, mistakes);
        mistakes.Require(chosen != current, "newPassword", "password-same", "The new password is the old one; choose another.");
        mistakes.Require(await Passwords.VerifyAsync(before.PasswordHash, current, cancel), "password", "password-wrong", "The present password is wrong.");
        mistakes.ThrowIfAny();
        string hash = Passwords.Hash(chosen);
        await ChangeAsync(async change =>
        {
            Account account = await UserRules.FindAsync(change, id);
            if (account.PasswordHash != before.PasswordHash) throw new RefusedException(Refusal.Stale, "", "user-stale", "The password was changed in the meantime.");
            await change.SaveAsync(account with { PasswordHash = hash, User = account.User with { MustChangePassword = false } });
            await change.RemoveSessionsAsync(id, sessionHash);
            await change.AuditAsync(who, "password-changed", Subject(account.User));
            return true;
        }, cancel);
        if (before.User.Name == FirstPassword.UserName) firstPassword.Forget();
    }

    /// <summary>Unlocks a person who failed too often.</summary>
    public Task UnlockAsync(Actor who, long id, CancellationToken cancel = default) => ChangeAsync(async change =>
    {
        User user = (await UserRules.FindAsync(change, id)).User;
        await LockOut.ForgetAsync(change, user.Name);
        await change.AuditAsync(who, "user-unlocked", Subject(user));
        return true;
    }, cancel);

    private async Task<T> ChangeAsync<T>(Func<IAccessChange, Task<T>> change, CancellationToken cancel)
    {
        T answer = await store.ChangeAsync(change, cancel);
        feed.Publish(Topic);
        return answer;
    }

    private static bool IsSelf(Actor who, User user) => who.Name == user.Name || who.Owner == user.Name;

    private static string Subject(User user) => "user:" + user.Name;

    private static User Fill(User user, UserDraft draft) => user with
    {
        DisplayName = draft.DisplayName.Trim(),
        Telephone = string.IsNullOrWhiteSpace(draft.Telephone) ? null : draft.Telephone.Trim(),
        Roles = draft.Roles,
        Departments = draft.Departments.Select(department => department.Trim()).ToHashSet(StringComparer.Ordinal),
        IsDisabled = draft.IsDisabled,
    };
}
