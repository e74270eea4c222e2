using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>Lets persons in: password, then a one-time code when the person has a second factor.</summary>
public sealed class PasswordSignIn(IAccessStore store, SecondFactor secondFactor, AccessOptions options, TimeProvider time)
{
    private const int LongestName = 64;
    private readonly LockOut lockOut = new(options);

    /// <summary>Tries a password.</summary>
    public async Task<SignInOutcome> PasswordAsync(string name, string password, Origin from, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(from);
        name = UserRules.NormalName(name);
        if (name.Length is 0 or > LongestName) return new SignInOutcome.Refused();
        (CaptureTime? until, Account? account) = await store.ChangeAsync(async change =>
        {
            CaptureTime? locked = await lockOut.AttemptAsync(change, name, from, time.Now());
            return (locked, locked is null ? await change.AccountAsync(name) : null);
        }, cancel);
        if (until is { } wait) return new SignInOutcome.LockedOut(wait);
        bool isRight = await Passwords.VerifyAsync(account?.PasswordHash, password, cancel);
        if (!isRight || account is null || account.User.IsDisabled) return await RefuseAsync(name, "sign-in-refused", from, cancel);
        return account.User.HasSecondFactor ? await AwaitCodeAsync(account, from, cancel) : await LetInAsync(account.User.Id, account.PasswordHash, from, cancel);
    }

    /// <summary>Tries a one-time code, or a recovery code, after the password.</summary>
    public async Task<SignInOutcome> CodeAsync(string ticket, string code, Origin from, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(from);
        string hash = SecretText.Hash(ticket);
        if (await store.SessionAsync(hash, cancel) is not ({ AwaitsCode: true } session, var user) || session.Expires <= time.Now() || user.IsDisabled) return new SignInOutcome.TooLate();
        SignInOutcome? outcome = await store.ChangeAsync<SignInOutcome?>(async change =>
        {
            if (await lockOut.AttemptAsync(change, user.Name, from, time.Now()) is { } until) return new SignInOutcome.LockedOut(until);
            if (await change.SessionAsync(hash) is null || await change.AccountAsync(user.Id) is not { } account) return new SignInOutcome.TooLate();
            if (secondFactor.Use(account, code) is not { } used) return null;
            await change.RemoveSessionAsync(hash);
            return await OpenAsync(change, used, from);
        }, cancel);
        return outcome ?? await RefuseAsync(user.Name, "code-refused", from, cancel);
    }

    private Task<SignInOutcome> LetInAsync(long id, string provenHash, Origin from, CancellationToken cancel) => store.ChangeAsync(async change =>
    {
        // Read again: the person may have been disabled, or her password changed, while it was being checked.
        Account? account = await change.AccountAsync(id);
        return account is null || account.User.IsDisabled || account.PasswordHash != provenHash ? new SignInOutcome.Refused() : await OpenAsync(change, account, from);
    }, cancel);

    private async Task<SignInOutcome> OpenAsync(IAccessChange change, Account account, Origin from)
    {
        CaptureTime now = time.Now();
        await LockOut.SucceedAsync(change, account.User.Name, from);
        await change.NoteAsync(account with { User = account.User with { LastSignIn = now } });
        string id = SecretText.Make();
        CaptureTime expires = now.Plus(options.SessionLifetime);
        await change.AddSessionAsync(new(SecretText.Hash(id), account.User.Id, now, now, expires, false, from.Text, Cut(from.Agent)), options.SessionsPerUser);
        await change.AuditAsync(new(account.User.Name, account.User.Roles, null, from.Text), "signed-in", "user:" + account.User.Name);
        return new SignInOutcome.SignedIn(id, account.User, expires);
    }

    private Task<SignInOutcome> AwaitCodeAsync(Account account, Origin from, CancellationToken cancel) => store.ChangeAsync<SignInOutcome>(async change =>
    {
        string ticket = SecretText.Make();
        CaptureTime now = time.Now();
        await change.AddSessionAsync(new(SecretText.Hash(ticket), account.User.Id, now, now, now.Plus(options.CodeTime), true, from.Text, Cut(from.Agent)), options.SessionsPerUser);
        return new SignInOutcome.NeedsCode(ticket);
    }, cancel);

    private async Task<SignInOutcome> RefuseAsync(string name, string action, Origin from, CancellationToken cancel)
    {
        // What was typed as a name may be a password typed into the wrong field; only names that exist are written down.
        return await store.ChangeAsync(async change =>
        {
            bool isKnown = await change.AccountAsync(name) is not null;
            await change.AuditAsync(new(isKnown ? name : "unknown", new HashSet<Role>(), null, from.Text), action, isKnown ? "user:" + name : "user");
            return new SignInOutcome.Refused();
        }, cancel);
    }

    private static string? Cut(string? agent) => agent is { Length: > 200 } ? agent[..200] : agent;
}
