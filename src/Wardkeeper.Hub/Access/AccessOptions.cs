namespace Wardkeeper.Hub.Access;

/// <summary>How strictly persons are let in. Every default is the safe one; values may be set anew while the program runs.</summary>
public sealed class AccessOptions
{
    /// <summary>A session nobody uses ends after this.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends after this, used or not.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long after the password the one-time code may come.</summary>
    public TimeSpan CodeTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Failures in a row of one user name before it is locked.</summary>
    public int UserFailures { get; set; } = 5;

    /// <summary>Failures in a row from one address before it is locked.</summary>
    public int AddressFailures { get; set; } = 20;

    /// <summary>First lock; each further failure doubles it.</summary>
    public TimeSpan FirstLock { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest lock.</summary>
    public TimeSpan LongestLock { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Failures are forgotten when none came for this long.</summary>
    public TimeSpan ForgetFailures { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Sessions of one person at a time; the oldest ends when there are more.</summary>
    public int SessionsPerUser { get; set; } = 10;

    /// <summary>Longest life of an API token.</summary>
    public TimeSpan LongestToken { get; set; } = TimeSpan.FromDays(366);

    /// <summary>API requests of one person, token or unknown address in a minute.</summary>
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Attempts to sign in from one address in a minute.</summary>
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>Who may read <c>/metrics</c>.</summary>
    public MetricsReaders Metrics { get; set; } = MetricsReaders.Token;
}

/// <summary>Who may read the figures for Prometheus.</summary>
public enum MetricsReaders
{
    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>Programs on this machine, without a token.</summary>
    Local,

    /// <summary>Whoever shows a token or is signed in.</summary>
    Token,
}
