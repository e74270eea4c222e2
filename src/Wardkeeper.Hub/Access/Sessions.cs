using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>Sessions that are good now, and their end.</summary>
public sealed class Sessions(IAccessStore store, AccessOptions options, TimeProvider time)
{
    // A session is written to once a minute, not with every request.
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>The person of a session; null when it expired, was revoked or never was. Counts as use.</summary>
    /// <param name="sessionId">Identifier from the browser's cookie.</param>
    /// <param name="isUse">Whether somebody uses it now; false only looks.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<(Session Session, User User)?> FindAsync(string sessionId, bool isUse = true, CancellationToken cancel = default) => FindByHashAsync(SecretText.Hash(sessionId), isUse, cancel);

    /// <summary>As <see cref="FindAsync"/>, by the hash of the identifier.</summary>
    public async Task<(Session Session, User User)?> FindByHashAsync(string hash, bool isUse, CancellationToken cancel = default)
    {
        if (await store.SessionAsync(hash, cancel) is not ({ AwaitsCode: false } session, { IsDisabled: false } user) || !IsGood(session)) return null;
        CaptureTime now = time.Now();
        if (isUse && session.LastUsed.Plus(TouchEvery) <= now) await store.TouchSessionAsync(hash, now, cancel);
        return (session, user);
    }

    /// <summary>Sessions that are good, of one person or of all.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(long? userId, CancellationToken cancel = default) =>
        [.. (await store.SessionsAsync(userId, cancel)).Where(session => !session.AwaitsCode && IsGood(session))];

    /// <summary>Ends a session; of one person only when a number is given. Answers whether there was one.</summary>
    public Task<bool> RevokeAsync(Actor who, string hash, long? userId, CancellationToken cancel = default) => store.ChangeAsync(async change =>
    {
        if (await change.SessionAsync(hash) is not { } session || (userId is { } owner && session.UserId != owner)) return false;
        await change.RemoveSessionAsync(hash);
        string name = (await change.AccountAsync(session.UserId))?.User.Name ?? "unknown";
        await change.AuditAsync(who, who.Name == name ? "signed-out" : "session-revoked", "user:" + name);
        return true;
    }, cancel);

    private bool IsGood(Session session)
    {
        CaptureTime now = time.Now();
        // A clock that was set back must not give a session more time: one used long after now is over.
        return session.Expires > now && session.LastUsed.Plus(options.SessionIdle) > now && session.LastUsed <= now.Plus(options.SessionIdle);
    }
}
