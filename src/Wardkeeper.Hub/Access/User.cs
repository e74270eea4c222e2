using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>A person who may sign in.</summary>
public sealed record User
{
    /// <summary>Number in the store; 0 before it is stored.</summary>
    public required long Id { get; init; }

    /// <summary>Name typed at sign-in: lower case, unique.</summary>
    public required string Name { get; init; }

    /// <summary>The person's own name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Telephone, or null.</summary>
    public string? Telephone { get; init; }

    /// <summary>Roles held.</summary>
    public required IReadOnlySet<Role> Roles { get; init; }

    /// <summary>Departments a viewer is limited to; empty when not limited.</summary>
    public required IReadOnlySet<string> Departments { get; init; }

    /// <summary>May not sign in.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>May do nothing but choose a password.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>Whether a one-time code is asked for at sign-in.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>Grows with every change; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>When the person was added; wall-clock time.</summary>
    public CaptureTime Created { get; init; }

    /// <summary>Last sign-in; wall-clock time; null when there was none.</summary>
    public CaptureTime? LastSignIn { get; init; }

    /// <summary>What the audit log keeps of a person.</summary>
    public string Summary() =>
        $"name={Name}; displayName={DisplayName}; telephone={Telephone}; roles={RoleNames.Join(Roles)}; departments={string.Join(',', Departments.Order(StringComparer.Ordinal))}; disabled={(IsDisabled ? "yes" : "no")}; secondFactor={(HasSecondFactor ? "yes" : "no")}";
}

/// <summary>A person with what proves who it is. Never leaves the hub.</summary>
/// <param name="User">The person.</param>
/// <param name="PasswordHash">What <see cref="Passwords.Hash"/> made.</param>
/// <param name="CodeSecret">Secret of one-time codes, sealed; null without a second factor. While <see cref="User.HasSecondFactor"/> is false it is offered, not yet confirmed.</param>
/// <param name="LastCodeStep">Time step of the last code accepted; codes of it and before are refused.</param>
/// <param name="RecoveryHashes">Hashes of recovery codes not yet used.</param>
public sealed record Account(User User, string PasswordHash, byte[]? CodeSecret, long LastCodeStep, IReadOnlyList<string> RecoveryHashes);
