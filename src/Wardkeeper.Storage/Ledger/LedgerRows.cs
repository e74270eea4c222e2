namespace Wardkeeper.Storage.Ledger;

/// <summary>Everything observed of one pair of addresses. Hardware and IP addresses are stored as the numbers they are, with the sign that 64 bits give them.</summary>
internal sealed class FactsRow
{
    public long Id { get; set; }

    /// <summary>Interface it belongs to; 0 when it is a remote machine's.</summary>
    public long InterfaceId { get; set; }

    public long Mac { get; set; }

    public long IpHigh { get; set; }

    public long IpLow { get; set; }

    public long Through { get; set; }

    /// <summary>Operation by which a person took it over from a capture; 0 when it was observed here.</summary>
    public long Operation { get; set; }

    /// <summary>Where it was taken over from, or null.</summary>
    public string? Source { get; set; }

    public int Vlan { get; set; }

    public long First { get; set; }

    public long Last { get; set; }

    public long FirstPacket { get; set; }

    public long Bytes { get; set; }

    public int Signs { get; set; }

    public long Dropped { get; set; }
}

/// <summary>One claim as it was made and repeated.</summary>
internal sealed class ClaimRow
{
    public long Id { get; set; }

    public long FactsId { get; set; }

    public int Kind { get; set; }

    public string Value { get; set; } = "";

    public string Source { get; set; } = "";

    public string Origin { get; set; } = "";

    public long First { get; set; }

    public long Last { get; set; }

    public long Count { get; set; }

    public string? Uid { get; set; }

    public long Packet { get; set; }

    /// <summary>Where in the flow it was read (<see cref="Sensor.Observations.ByteRange"/>); all three null where that is not known.</summary>
    public int? ByteSide { get; set; }

    public long? ByteStart { get; set; }

    public long? ByteLength { get; set; }
}

/// <summary>A service that a pair of addresses offers or uses.</summary>
internal sealed class ServiceRow
{
    public long FactsId { get; set; }

    public bool IsOffer { get; set; }

    public int Carrier { get; set; }

    public int Port { get; set; }

    public string? Protocol { get; set; }

    public string? Banner { get; set; }

    public long Flows { get; set; }

    public string? Uid { get; set; }
}

/// <summary>A time in which a pair had its IP address.</summary>
internal sealed class AddressTimeRow
{
    public long Id { get; set; }

    public long FactsId { get; set; }

    public long First { get; set; }

    public long Last { get; set; }

    public string? Assignment { get; set; }

    public bool IsOver { get; set; }

    public bool IsPast { get; set; }
}

/// <summary>A network attachment.</summary>
internal sealed class InterfaceRow
{
    public long Id { get; set; }

    public long Mac { get; set; }

    public long IpHigh { get; set; }

    public long IpLow { get; set; }

    /// <summary>Device it is part of; 0 for a candidate.</summary>
    public long DeviceId { get; set; }

    public bool IsPinned { get; set; }

    /// <summary>Notes, comma separated.</summary>
    public string Notes { get; set; } = "";
}

/// <summary>What the address book knows of a hardware and an IP address.</summary>
internal sealed class AddressPairRow
{
    public long Mac { get; set; }

    public long IpHigh { get; set; }

    public long IpLow { get; set; }

    public bool IsBound { get; set; }

    public long BoundAt { get; set; }

    public bool IsCarried { get; set; }
}

/// <summary>Who has an IP address.</summary>
internal sealed class AddressOwnerRow
{
    public long IpHigh { get; set; }

    public long IpLow { get; set; }

    public long Mac { get; set; }

    public long At { get; set; }

    public long Previous { get; set; }

    public long PreviousAt { get; set; }

    public long ToldAt { get; set; }

    public bool IsDisputed { get; set; }
}

/// <summary>An address that went to another and has not settled.</summary>
internal sealed class AddressMoveRow
{
    /// <summary>Number of the event that tells of it.</summary>
    public long Id { get; set; }

    public long IpHigh { get; set; }

    public long IpLow { get; set; }

    public long Before { get; set; }

    public long LastBefore { get; set; }

    public bool WasLeased { get; set; }

    public long After { get; set; }

    public long At { get; set; }

    public bool IsLeased { get; set; }
}

/// <summary>A value that a person entered.</summary>
internal sealed class DeviceFieldRow
{
    public long DeviceId { get; set; }

    public string Field { get; set; } = "";

    public string Value { get; set; } = "";

    public string Who { get; set; } = "";

    public long At { get; set; }

    public string? Reason { get; set; }
}

/// <summary>Something that happened to a device.</summary>
internal sealed class DeviceEventRow
{
    public long Id { get; set; }

    public long Operation { get; set; }

    public long DeviceId { get; set; }

    public long At { get; set; }

    public string? Who { get; set; }

    public string Action { get; set; } = "";

    public string? Field { get; set; }

    public string? Before { get; set; }

    public string? After { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A number that must survive: the next ones to give, and what was counted.</summary>
internal sealed class LedgerNumberRow
{
    public string Name { get; set; } = "";

    public long Value { get; set; }
}
