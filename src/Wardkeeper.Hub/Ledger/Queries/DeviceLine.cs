using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Queries;

/// <summary>A device as lists show it. Every value is the ledger's decision; null means not known or not entered.</summary>
public sealed record DeviceLine
{
    /// <summary>Its number; shown as <c>D-1042</c>.</summary>
    public required long Id { get; init; }

    /// <summary>The name it is best known by.</summary>
    public string? Name { get; init; }

    /// <summary>Type, API value.</summary>
    public string? Type { get; init; }

    /// <summary>How sure the type is, 0 to 1; 1 and <see cref="TypeConfirmedBy"/> when a person said so.</summary>
    public double? TypeConfidence { get; init; }

    /// <summary>Who confirmed the type.</summary>
    public string? TypeConfirmedBy { get; init; }

    /// <summary>The best guess where the type is not sure enough, or in conflict.</summary>
    public string? TypeGuess { get; init; }

    /// <summary>Fingerprint of its lasting traits; null when it shows too few.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Category of the type.</summary>
    public string? Category { get; init; }

    /// <summary>Maker.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Responsible department.</summary>
    public string? Department { get; init; }

    /// <summary>Bed.</summary>
    public string? Bed { get; init; }

    /// <summary>Responsible person.</summary>
    public string? Person { get; init; }

    /// <summary>Telephone or mail of the responsible person.</summary>
    public string? Contact { get; init; }

    /// <summary>Asset tag.</summary>
    public string? AssetTag { get; init; }

    /// <summary>Serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Address it was last seen with.</summary>
    public Address Ip { get; init; }

    /// <summary>First hardware address; none when not visible.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>VLAN, 0 when untagged or unknown.</summary>
    public long Vlan { get; init; }

    /// <summary>Switch and port.</summary>
    public string? SwitchPort { get; init; }

    /// <summary>State of the life cycle, API value.</summary>
    public required string LifeCycle { get; init; }

    /// <summary>Consequence of failure, API value, or null.</summary>
    public string? Consequence { get; init; }

    /// <summary>Whether sources disagree about a value.</summary>
    public bool HasConflict { get; init; }

    /// <summary>Whether the border's table makes a service at its address reachable from outside.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Open findings.</summary>
    public int OpenFindings { get; init; }

    /// <summary>Severity of the worst open finding, or null.</summary>
    public string? WorstSeverity { get; init; }

    /// <summary>First sign of life.</summary>
    public CaptureTime FirstSeen { get; init; }

    /// <summary>Last sign of life.</summary>
    public CaptureTime LastSeen { get; init; }
}
