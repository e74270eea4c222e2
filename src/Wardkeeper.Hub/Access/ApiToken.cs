using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>A token a program presents instead of a person's sign-in.</summary>
public sealed record ApiToken
{
    /// <summary>Number in the store.</summary>
    public required long Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>Its first characters, by which a person recognises it.</summary>
    public required string Prefix { get; init; }

    /// <summary>Hash of the whole.</summary>
    public required string Hash { get; init; }

    /// <summary>Roles it gives.</summary>
    public required IReadOnlySet<Role> Roles { get; init; }

    /// <summary>Departments a viewer's token is limited to; empty when not limited.</summary>
    public required IReadOnlySet<string> Departments { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When; wall-clock time.</summary>
    public required CaptureTime Created { get; init; }

    /// <summary>When it ends; wall-clock time.</summary>
    public required CaptureTime Expires { get; init; }

    /// <summary>Last use, to the minute; null when never.</summary>
    public CaptureTime? LastUsed { get; init; }

    /// <summary>When it was revoked; null while good.</summary>
    public CaptureTime? Revoked { get; init; }
}
