namespace Wardkeeper.Hub.Access;

/// <summary>How strictly persons are let in. Every default is the safe one.</summary>
public sealed record AccessOptions
{
    /// <summary>A session nobody uses ends after this.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends after this, used or not.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long after the password the one-time code may come.</summary>
    public TimeSpan CodeTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Failures in a row of one user name before it is locked.</summary>
    public int UserFailures { get; init; } = 5;

    /// <summary>Failures in a row from one address before it is locked.</summary>
    public int AddressFailures { get; init; } = 20;

    /// <summary>First lock; each further failure doubles it.</summary>
    public TimeSpan FirstLock { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest lock.</summary>
    public TimeSpan LongestLock { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Failures are forgotten when none came for this long.</summary>
    public TimeSpan ForgetFailures { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Sessions of one person at a time; the oldest ends when there are more.</summary>
    public int SessionsPerUser { get; init; } = 10;

    /// <summary>Longest life of an API token.</summary>
    public TimeSpan LongestToken { get; init; } = TimeSpan.FromDays(366);

    /// <summary>API requests of one person, token or unknown address in a minute.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Attempts to sign in from one address in a minute.</summary>
    public int SignInsPerMinute { get; init; } = 20;

    /// <summary>Whether <c>/metrics</c> is open to the machine itself without a token.</summary>
    public bool MetricsOnLoopback { get; init; } = true;
}
