using Wardkeeper.Hub.Changes;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>Makes, checks and revokes API tokens.</summary>
public sealed class ApiTokens(IAccessStore store, IChangeFeed feed, AccessOptions options, TimeProvider time)
{
    /// <summary>The topic of the change feed.</summary>
    public const string Topic = "tokens";

    /// <summary>How every token begins, so that scanners for leaked secrets find it.</summary>
    public const string Start = "wk_";

    private const int PrefixLength = 11, LongestName = 60;
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>All tokens, revoked and expired ones included.</summary>
    public Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancel = default) => store.TokensAsync(cancel);

    /// <summary>Makes a token; answers with its text, which is told once.</summary>
    public async Task<(ApiToken Token, string Text)> AddAsync(Actor who, string name, IReadOnlySet<Role> roles, IReadOnlySet<string> departments, TimeSpan life, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        name = (name ?? "").Trim();
        Mistakes mistakes = new();
        mistakes.Require(name.Length is > 0 and <= LongestName && !name.Any(char.IsControl), "name", "token-name-form", $"The name needs 1 to {LongestName} characters.");
        mistakes.Require(life > TimeSpan.Zero && life <= options.LongestToken, "expiresInDays", "token-life", $"A token lives 1 to {(int)options.LongestToken.TotalDays} days.");
        UserRules.CheckRoles(roles, departments, mistakes);
        mistakes.ThrowIfAny();
        string text = Start + SecretText.Make();
        CaptureTime now = time.Now();
        ApiToken fresh = new() { Id = 0, Name = name, Prefix = text[..PrefixLength], Hash = SecretText.Hash(text), Roles = roles, Departments = departments, CreatedBy = who.Owner ?? who.Name, Created = now, Expires = now.Plus(life) };
        ApiToken token = await store.ChangeAsync(async change =>
        {
            if ((await change.TokensAsync()).Any(other => other.Name == name && IsGood(other, now))) throw new RefusedException(Refusal.Conflict, "name", "token-name-taken", $"There is a good token named {name} already.");
            ApiToken added = await change.AddTokenAsync(fresh);
            await change.AuditAsync(who, "token-created", "token:" + name, null, $"roles={RoleNames.Join(roles)}; departments={string.Join(',', departments.Order(StringComparer.Ordinal))}; expires={added.Expires.ToDate():O}");
            return added;
        }, cancel);
        feed.Publish(Topic);
        return (token, text);
    }

    /// <summary>The token of a text; null when it is none, expired or revoked. Counts as use.</summary>
    public async Task<ApiToken?> FindAsync(string text, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Start, StringComparison.Ordinal) || text.Length > 100) return null;
        CaptureTime now = time.Now();
        if (await store.TokenAsync(SecretText.Hash(text), cancel) is not { } token || !IsGood(token, now)) return null;
        if (token.LastUsed is not { } last || last.Plus(TouchEvery) <= now) await store.TouchTokenAsync(token.Id, now, cancel);
        return token;
    }

    /// <summary>Revokes a token; refuses when there is none.</summary>
    public async Task RevokeAsync(Actor who, long id, CancellationToken cancel = default)
    {
        await store.ChangeAsync(async change =>
        {
            ApiToken token = (await change.TokensAsync()).FirstOrDefault(other => other.Id == id) ?? throw new RefusedException(Refusal.NotFound, "", "token-missing", "There is no such token.");
            if (token.Revoked is not null) return false;
            await change.RevokeTokenAsync(id, time.Now());
            await change.AuditAsync(who, "token-revoked", "token:" + token.Name);
            return true;
        }, cancel);
        feed.Publish(Topic);
    }

    private static bool IsGood(ApiToken token, CaptureTime now) => token.Revoked is null && token.Expires > now;
}
