namespace Wardkeeper.Storage.Ledger;

/// <summary>
/// A device with the ledger's decisions, so that lists sort and filter without deciding again. Columns that are sorted by have a
/// key beside them where the value itself sorts wrongly. Lists of values stand between commas: <c>,80,443,</c>.
/// </summary>
internal sealed class DeviceRow
{
    public long Id { get; set; }

    public long Revision { get; set; }

    /// <summary>Whether lists show it.</summary>
    public bool IsListed { get; set; }

    public long MergedInto { get; set; }

    public bool IsRegistered { get; set; }

    public string LifeCycle { get; set; } = "";

    public long LifeCycleAt { get; set; }

    public bool IsRetiredButAlive { get; set; }

    public string? Name { get; set; }

    /// <summary>The name as lists sort it; empty names last.</summary>
    public string NameSort { get; set; } = "";

    public string? Type { get; set; }

    public double? TypeConfidence { get; set; }

    public string? TypeConfirmedBy { get; set; }

    /// <summary>The best guess where the type is not sure enough, or in conflict.</summary>
    public string? TypeGuess { get; set; }

    /// <summary>What it was before it began to behave as another; until a person decides.</summary>
    public string? TypeBefore { get; set; }

    /// <summary>Fingerprint of its lasting traits; devices with the same one are alike.</summary>
    public string? Fingerprint { get; set; }

    public string? Category { get; set; }

    public string? Vendor { get; set; }

    public string? Model { get; set; }

    public string? Department { get; set; }

    public string? Bed { get; set; }

    public string? Person { get; set; }

    public string? Contact { get; set; }

    public string? AssetTag { get; set; }

    public string? SerialNumber { get; set; }

    /// <summary>Address it was last seen with, as 32 hexadecimal digits; empty when none.</summary>
    public string IpSort { get; set; } = "";

    public long Mac { get; set; }

    public int Vlan { get; set; }

    public string? SwitchPort { get; set; }

    public string? Consequence { get; set; }

    public bool HasConflict { get; set; }

    public int OpenFindings { get; set; }

    public string? WorstSeverity { get; set; }

    public long FirstSeen { get; set; }

    public long LastSeen { get; set; }

    public string Vlans { get; set; } = "";

    public string Protocols { get; set; } = "";

    public string Ports { get; set; } = "";

    /// <summary>What text is looked for in, lower case.</summary>
    public string Search { get; set; } = "";
}
