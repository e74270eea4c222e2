using System.Net;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>What a switch is told by its administrator.</summary>
internal sealed record SwitchSettings
{
    /// <summary>Its name (NAS-Identifier).</summary>
    public required string Name { get; init; }

    /// <summary>Its own address (NAS-IP-Address), at which it takes Disconnect and CoA.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Where it asks.</summary>
    public required IPEndPoint Authentication { get; init; }

    /// <summary>Where it reports sessions.</summary>
    public required IPEndPoint Accounting { get; init; }

    /// <summary>The secret shared with the RADIUS server.</summary>
    public required string Secret { get; init; }

    /// <summary>The secret of Disconnect and CoA.</summary>
    public required string ChangeSecret { get; init; }

    /// <summary>Who may send Disconnect and CoA.</summary>
    public required IPAddress ChangeClient { get; init; }

    /// <summary>Port of Disconnect and CoA.</summary>
    public int ChangePort { get; init; } = 3799;

    /// <summary>VLAN of the admitted for whom the answer names none.</summary>
    public required string PortVlan { get; init; }

    /// <summary>How long an answer is waited for before the question is sent again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a question is sent.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>How long a refused address is not asked for again, and a failed question not repeated.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a session is reported while it lasts, where the answer says nothing of it; zero for never.</summary>
    public TimeSpan Interim { get; init; } = TimeSpan.Zero;

    /// <summary>How long a supplicant's answer is waited for before it is asked again; zero where the switch does not speak 802.1X.</summary>
    public TimeSpan SupplicantPatience { get; init; } = TimeSpan.Zero;

    /// <summary>How often a supplicant is asked; one that does not answer is none, and its address is asked for.</summary>
    public int SupplicantTries { get; init; } = 3;

    /// <summary>Most questions under way at a time.</summary>
    public int AtOnce { get; init; } = 64;
}

/// <summary>Carries out what was decided: the switch's hardware, so to speak.</summary>
internal interface IPortWires
{
    /// <summary>Connects a port to a VLAN, or to nothing, with a filter or without.</summary>
    /// <param name="port">Its name.</param>
    /// <param name="mac">The device at it.</param>
    /// <param name="vlan">The VLAN; null for no network at all.</param>
    /// <param name="filter">Name of a filter; null for none.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="LabException">There is no such VLAN or filter: the port stays without a network.</exception>
    Task ConnectAsync(string port, string mac, string? vlan, string? filter, CancellationToken cancel);

    /// <summary>What has passed a port so far: bytes and packets from its device and to it.</summary>
    PortCounters Count(string port);
}

/// <summary>Counters of a port.</summary>
internal readonly record struct PortCounters(long BytesIn, long BytesOut, long PacketsIn, long PacketsOut);

/// <summary>Something that happened at a port.</summary>
/// <param name="At">When.</param>
/// <param name="Port">Where.</param>
/// <param name="Mac">Which device; empty when none.</param>
/// <param name="Kind">What.</param>
/// <param name="Vlan">Its VLAN afterwards; null for none.</param>
/// <param name="Text">More of it, as the server said it.</param>
internal sealed record SwitchEvent(DateTimeOffset At, string Port, string Mac, SwitchEventKind Kind, string? Vlan, string Text = "");

/// <summary>What can happen at a port.</summary>
internal enum SwitchEventKind
{
    LinkUp,
    LinkDown,
    Admitted,
    Moved,
    Confirmed,
    Refused,
    Unanswered,
    Disconnected,
    Changed,
    Failed,
}
