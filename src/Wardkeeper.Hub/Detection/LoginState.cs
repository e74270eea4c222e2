using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>Who logs in where, by what.</summary>
/// <param name="Client">From where.</param>
/// <param name="Server">Where.</param>
/// <param name="Protocol">By what.</param>
internal readonly record struct LoginPair(Address Client, Address Server, string Protocol);

/// <summary>Failures of one client at one server since the last success.</summary>
internal sealed class Pairing
{
    private const int TimesKept = 32, NamesKept = 16;
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(3);

    /// <summary>Times of the last failures, at most 32, the latest last.</summary>
    public List<CaptureTime> Times { get; set; } = [];

    /// <summary>Users who were tried.</summary>
    public HashSet<string> Users { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Rules that the passwords break.</summary>
    public HashSet<string> Rules { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Failures so far.</summary>
    public long Failures { get; set; }

    /// <summary>The flow of the last failure.</summary>
    public string? Uid { get; set; }

    /// <summary>Whether two connections failed at the same time.</summary>
    public bool IsAtOnce { get; set; }

    /// <summary>Who got in last after failures; null when nobody did.</summary>
    public string? Entered { get; set; }

    /// <summary>When that was.</summary>
    public CaptureTime EnteredAt { get; set; }

    /// <summary>When it was last told; null when never.</summary>
    public CaptureTime? ToldAt { get; set; }

    /// <summary>A log-in failed.</summary>
    public void Fails(CaptureTime at, FlowView flow, LoginResult login, TimeSpan remembered)
    {
        if (Times.Count > 0 && at.Since(Times[^1]).Duration() > remembered) Clear();
        // A browser keeps connections open between the tries of a person.
        IsAtOnce |= Uid is not null && Uid != flow.Uid && flow.Began < Times[^1] && at.Since(Times[^1]).Duration() <= Together;
        Uid = flow.Uid;
        for (int i = 0; i < login.Tries; i++) Times.Add(at);
        if (Times.Count > TimesKept) Times.RemoveRange(0, Times.Count - TimesKept);
        Failures += login.Tries;
        if (login.User is { } user && Users.Count < NamesKept) Users.Add(user);
        Rules.Add(login.Rule ?? "none");
    }

    /// <summary>Failures within a span up to a moment, at most 32.</summary>
    public int Within(CaptureTime at, TimeSpan span)
    {
        int count = 0;
        foreach (CaptureTime time in Times)
        {
            if (at.Since(time).Duration() <= span) count++;
        }
        return count;
    }

    /// <summary>A log-in succeeded: what failed before is over.</summary>
    public void Succeeds(CaptureTime at, string? user)
    {
        if (Failures > 0) (Entered, EnteredAt) = (user ?? "-", at);
        Clear();
    }

    /// <summary>Forgets the failures.</summary>
    public void Clear()
    {
        Times.Clear();
        Users.Clear();
        Rules.Clear();
        (Failures, Uid, IsAtOnce, ToldAt) = (0, null, false, null);
    }
}

/// <summary>What one machine tried at all servers.</summary>
internal sealed class Guesser
{
    /// <summary>When these minutes began.</summary>
    public CaptureTime Began { get; set; }

    /// <summary>Users whose log-ins failed.</summary>
    public HashSet<string> Users { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Servers where a name that many systems have failed.</summary>
    public HashSet<Address> Servers { get; set; } = [];

    /// <summary>Failures.</summary>
    public long Failures { get; set; }

    /// <summary>Successes.</summary>
    public long Successes { get; set; }

    /// <summary>Whether spraying was told.</summary>
    public bool IsSprayTold { get; set; }

    /// <summary>When the day of default passwords began.</summary>
    public CaptureTime DefaultBegan { get; set; }

    /// <summary>Whether one of them was refused.</summary>
    public bool HasFailedDefault { get; set; }

    /// <summary>Servers where a password from lists was tried.</summary>
    public HashSet<Address> DefaultServers { get; set; } = [];

    /// <summary>Forgets what lies too far back.</summary>
    public void Begin(CaptureTime at, TimeSpan within)
    {
        if (at.Since(Began).Duration() <= within) return;
        (Began, Failures, Successes, IsSprayTold) = (at, 0, 0, false);
        Users.Clear();
        Servers.Clear();
    }
}
