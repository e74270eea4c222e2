using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Access;

/// <summary>From rows to the hub's records and back.</summary>
internal static class AccessMapping
{
    public static User ToUser(this UserRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        DisplayName = row.DisplayName,
        Telephone = row.Telephone,
        Roles = RoleNames.Split(row.Roles),
        Departments = SplitSet(row.Departments),
        IsDisabled = row.IsDisabled,
        MustChangePassword = row.MustChangePassword,
        HasSecondFactor = row.HasSecondFactor,
        Revision = row.Revision,
        Created = new(row.Created),
        LastSignIn = Time(row.LastSignIn),
    };

    public static Account ToAccount(this UserRow row) => new(row.ToUser(), row.PasswordHash, row.CodeSecret, row.LastCodeStep, row.RecoveryHashes.Split(',', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Copies everything but number and revision.</summary>
    public static void Fill(this UserRow row, Account account)
    {
        User user = account.User;
        row.Name = user.Name;
        row.DisplayName = user.DisplayName;
        row.Telephone = user.Telephone;
        row.Roles = RoleNames.Join(user.Roles);
        row.Departments = Join(user.Departments);
        row.IsDisabled = user.IsDisabled;
        row.MustChangePassword = user.MustChangePassword;
        row.HasSecondFactor = user.HasSecondFactor;
        row.Created = user.Created.Nanoseconds;
        row.LastSignIn = user.LastSignIn?.Nanoseconds;
        row.PasswordHash = account.PasswordHash;
        row.CodeSecret = account.CodeSecret;
        row.LastCodeStep = account.LastCodeStep;
        row.RecoveryHashes = string.Join(',', account.RecoveryHashes);
    }

    public static Session ToSession(this SessionRow row) => new(row.Hash, row.UserId, new(row.Created), new(row.LastUsed), new(row.Expires), row.AwaitsCode, row.Address, row.Agent);

    public static SessionRow ToRow(this Session session) => new()
    {
        Hash = session.Hash,
        UserId = session.UserId,
        Created = session.Created.Nanoseconds,
        LastUsed = session.LastUsed.Nanoseconds,
        Expires = session.Expires.Nanoseconds,
        AwaitsCode = session.AwaitsCode,
        Address = session.Address,
        Agent = session.Agent,
    };

    public static ApiToken ToToken(this TokenRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Prefix = row.Prefix,
        Hash = row.Hash,
        Roles = RoleNames.Split(row.Roles),
        Departments = SplitSet(row.Departments),
        CreatedBy = row.CreatedBy,
        Created = new(row.Created),
        Expires = new(row.Expires),
        LastUsed = Time(row.LastUsed),
        Revoked = Time(row.Revoked),
    };

    public static TokenRow ToRow(this ApiToken token) => new()
    {
        Name = token.Name,
        Prefix = token.Prefix,
        Hash = token.Hash,
        Roles = RoleNames.Join(token.Roles),
        Departments = Join(token.Departments),
        CreatedBy = token.CreatedBy,
        Created = token.Created.Nanoseconds,
        Expires = token.Expires.Nanoseconds,
    };

    private static CaptureTime? Time(long? nanoseconds) => nanoseconds is { } value ? new CaptureTime(value) : null;

    private static string Join(IEnumerable<string> words) => string.Join(',', words.Order(StringComparer.Ordinal));

    private static HashSet<string> SplitSet(string joined) => [.. joined.Split(',', StringSplitOptions.RemoveEmptyEntries)];
}
