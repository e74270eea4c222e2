using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.History;

/// <summary>Which flows are asked for; every member that is set must hold. Lists mean "one of these"; an empty list asks nothing.</summary>
public sealed record FlowFilter
{
    /// <summary>From this time on; null from the beginning of history. Narrow ranges are quick ones.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Up to and without this time; null to the end of history.</summary>
    public CaptureTime? To { get; init; }

    /// <summary>A device at either end.</summary>
    public long? Device { get; init; }

    /// <summary>An address at either end.</summary>
    public Address? Address { get; init; }

    /// <summary>The device at the other end of <see cref="Device"/> or <see cref="Address"/>; alone, a device at either end.</summary>
    public long? PeerDevice { get; init; }

    /// <summary>The address at the other end of <see cref="Device"/> or <see cref="Address"/>; alone, an address at either end.</summary>
    public Address? Peer { get; init; }

    /// <summary>Whether the first end (<see cref="Device"/>, <see cref="Address"/>) opened the flow; else either end may have.</summary>
    public bool IsDirected { get; init; }

    /// <summary>Protocols recognised in the flow, for example <c>dicom</c>; <c>-</c> is flows in which none was, besides <c>icmp</c>.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Transports: tcp, udp, icmp, link, or <c>ip-N</c>.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>A port of either end.</summary>
    public int? Port { get; init; }

    /// <summary>States in Zeek's words: S0, SF, REJ …</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Text looked for, without regard to case, in protocol, addresses, uid and Community ID. Wildcards have no meaning in it.</summary>
    public string? Text { get; init; }

    /// <summary>Uid of one flow.</summary>
    public string? Uid { get; init; }

    /// <summary>Community ID.</summary>
    public string? CommunityId { get; init; }

    /// <summary>Payload bytes of both directions, at least.</summary>
    public long? MinBytes { get; init; }

    /// <summary>The sensor that saw it.</summary>
    public string? Sensor { get; init; }

    /// <summary>One end is of this group of devices; null asks nothing.</summary>
    public EndGroup? Group { get; init; }

    /// <summary>The other end of <see cref="Group"/> is of this group; alone, either end.</summary>
    public EndGroup? PeerGroup { get; init; }

    /// <summary>What is left out.</summary>
    public Excluded Without { get; init; } = Excluded.Nothing;

    /// <summary>Devices that may be seen: one end is one of these. Null when not limited. Set from the person who asks, never from the address bar.</summary>
    public IReadOnlySet<long>? Visible { get; init; }
}

/// <summary>Which transactions are asked for; every member that is set must hold. Lists mean "one of these"; an empty list asks nothing.</summary>
public sealed record TransactionFilter
{
    /// <summary>From this time on; null from the beginning of history. Narrow ranges are quick ones.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Up to and without this time; null to the end of history.</summary>
    public CaptureTime? To { get; init; }

    /// <summary>A device at either end.</summary>
    public long? Device { get; init; }

    /// <summary>An address at either end.</summary>
    public Address? Address { get; init; }

    /// <summary>The device at the other end of <see cref="Device"/> or <see cref="Address"/>; alone, a device at either end.</summary>
    public long? PeerDevice { get; init; }

    /// <summary>The address at the other end of <see cref="Device"/> or <see cref="Address"/>; alone, an address at either end.</summary>
    public Address? Peer { get; init; }

    /// <summary>Whether the first end (<see cref="Device"/>, <see cref="Address"/>) opened the flow; else either end may have.</summary>
    public bool IsDirected { get; init; }

    /// <summary>Logs, for example <c>dns</c>.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>A port of either end.</summary>
    public int? Port { get; init; }

    /// <summary>Statuses as <see cref="HistoryTransaction.Status"/> shows them.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Values of the row's own fields: of each field named, one of its values.</summary>
    public IReadOnlyList<RowValue> Fields { get; init; } = [];

    /// <summary>Whether only what went wrong is asked for: what was rejected, refused, or answered with an error.</summary>
    public bool IsFailed { get; init; }

    /// <summary>Text looked for, without regard to case, in the whole row. Wildcards have no meaning in it.</summary>
    public string? Text { get; init; }

    /// <summary>Uid of one flow.</summary>
    public string? Uid { get; init; }

    /// <summary>The sensor that saw it.</summary>
    public string? Sensor { get; init; }

    /// <summary>One end is of this group of devices; null asks nothing.</summary>
    public EndGroup? Group { get; init; }

    /// <summary>The other end of <see cref="Group"/> is of this group; alone, either end.</summary>
    public EndGroup? PeerGroup { get; init; }

    /// <summary>What is left out.</summary>
    public Excluded Without { get; init; } = Excluded.Nothing;

    /// <summary>Devices that may be seen: one end is one of these. Null when not limited. Set from the person who asks, never from the address bar.</summary>
    public IReadOnlySet<long>? Visible { get; init; }
}

/// <summary>A group of ends of conversations.</summary>
/// <param name="Devices">Devices of the group.</param>
/// <param name="HasUnknown">Whether ends that are no device of the ledger belong to it.</param>
public sealed record EndGroup(IReadOnlySet<long> Devices, bool HasUnknown = false);

/// <summary>Rows that are left out: each value excludes the rows that have it, at either end.</summary>
public sealed record Excluded
{
    /// <summary>Leaves nothing out.</summary>
    public static Excluded Nothing { get; } = new();

    /// <summary>Devices.</summary>
    public IReadOnlyList<long> Devices { get; init; } = [];

    /// <summary>Addresses.</summary>
    public IReadOnlyList<Address> Addresses { get; init; } = [];

    /// <summary>Ports.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Protocols of flows, <c>-</c> for those in which none was recognised; logs of transactions.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>States of flows, statuses of transactions.</summary>
    public IReadOnlyList<string> States { get; init; } = [];
}

/// <summary>A value of a field of a transaction's row. Written in addresses as <c>calling_ae:CT_1</c>.</summary>
/// <param name="Field">The field's name in the row.</param>
/// <param name="Value">Its value as text, a list as JSON; empty for rows without it.</param>
public sealed record RowValue(string Field, string Value)
{
    private const int LongestName = 64;

    /// <summary>Whether a text can be a field's name.</summary>
    public static bool IsName(string? text) => text is { Length: > 0 and <= LongestName } && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '.' or '-');

    /// <summary>Reads what <see cref="ToString"/> wrote; null when it is none.</summary>
    public static RowValue? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IsName(text[..colon]) ? new RowValue(text[..colon], text[(colon + 1)..]) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Field}:{Value}";
}
