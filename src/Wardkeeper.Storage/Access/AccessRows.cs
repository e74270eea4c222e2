namespace Wardkeeper.Storage.Access;

/// <summary>A person, as <see cref="Hub.Access.Account"/>. Lists are joined by commas; times are nanoseconds.</summary>
internal sealed class UserRow
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string? Telephone { get; set; }
    public string Roles { get; set; } = "";
    public string Departments { get; set; } = "";
    public bool IsDisabled { get; set; }
    public bool MustChangePassword { get; set; }
    public bool HasSecondFactor { get; set; }
    public long Revision { get; set; }
    public long Created { get; set; }
    public long? LastSignIn { get; set; }
    public string PasswordHash { get; set; } = "";
    public byte[]? CodeSecret { get; set; }
    public long LastCodeStep { get; set; }
    public string RecoveryHashes { get; set; } = "";
}

/// <summary>A session, as <see cref="Hub.Access.Session"/>.</summary>
internal sealed class SessionRow
{
    public string Hash { get; set; } = "";
    public long UserId { get; set; }
    public long Created { get; set; }
    public long LastUsed { get; set; }
    public long Expires { get; set; }
    public bool AwaitsCode { get; set; }
    public string? Address { get; set; }
    public string? Agent { get; set; }
}

/// <summary>A token, as <see cref="Hub.Access.ApiToken"/>.</summary>
internal sealed class TokenRow
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public string Prefix { get; set; } = "";
    public string Hash { get; set; } = "";
    public string Roles { get; set; } = "";
    public string Departments { get; set; } = "";
    public string CreatedBy { get; set; } = "";
    public long Created { get; set; }
    public long Expires { get; set; }
    public long? LastUsed { get; set; }
    public long? Revoked { get; set; }
}

/// <summary>Failures in a row of a user name or an address.</summary>
internal sealed class FailureRow
{
    public string Key { get; set; } = "";
    public int Count { get; set; }
    public long Last { get; set; }
    public long LockedUntil { get; set; }
}
