using System.Threading.Channels;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>A session: a device that was let in.</summary>
/// <param name="Id">Acct-Session-Id.</param>
/// <param name="Mac">Its address, upper case with hyphens.</param>
/// <param name="Began">When.</param>
internal sealed record AccessSession(string Id, string Mac, DateTimeOffset Began)
{
    /// <summary>The name its supplicant said (802.1X); null when it was let in by its address.</summary>
    public string? Name { get; set; }

    /// <summary>Where it is.</summary>
    public required string Vlan { get; set; }

    /// <summary>Its filter.</summary>
    public string? Filter { get; set; }

    /// <summary>The server's own mark, sent back in accounting (RFC 2865, section 5.25).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Classes { get; set; } = [];

    /// <summary>When it has to ask again; null for never.</summary>
    public DateTimeOffset? AskAgain { get; set; }

    /// <summary>Whether asking again keeps it going meanwhile (Termination-Action RADIUS-Request) or ends it.</summary>
    public bool KeepsGoing { get; set; }

    /// <summary>When it is reported next; null for never.</summary>
    public DateTimeOffset? ReportNext { get; set; }

    /// <summary>How often it is reported.</summary>
    public TimeSpan ReportEvery { get; set; }

    /// <summary>The port's counters when it began.</summary>
    public PortCounters Before { get; init; }
}

/// <summary>A port: one device at a time (host mode single). What happens at it happens in order.</summary>
internal sealed class AccessPort(string name, int number) : IDisposable
{
    private int asking;

    /// <summary>Its name (NAS-Port-Id).</summary>
    public string Name => name;

    /// <summary>Its number (NAS-Port).</summary>
    public int Number => number;

    /// <summary>Held by whoever changes it.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Who is let in; null when nobody.</summary>
    public AccessSession? Session { get; set; }

    /// <summary>Until when frames do not make it ask.</summary>
    public DateTimeOffset QuietUntil { get; set; }

    /// <summary>Whether it is asking now.</summary>
    public bool IsAsking => Volatile.Read(ref asking) != 0;

    /// <summary>Whether a supplicant was heard since the link came up: its address alone does not let it in then. False when none answered, null when it is not known.</summary>
    public bool? HasSupplicant { get; set; }

    /// <summary>Frames of the supplicant for the exchange that goes on.</summary>
    public Channel<Eapol> Eapol { get; } = Channel.CreateBounded<Eapol>(new BoundedChannelOptions(32) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Begins to ask, unless it asks already.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref asking, 1) == 0;

    /// <summary>Has asked.</summary>
    public void End() => Volatile.Write(ref asking, 0);

    /// <inheritdoc/>
    public void Dispose() => Gate.Dispose();
}
