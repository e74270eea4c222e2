using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Reach;

/// <summary>What a device can reach and who can reach it: as observed, connections that were opened; as published, by the border's table. What nobody saw and no table says is not in it.</summary>
public sealed record DeviceReach
{
    /// <summary>The device.</summary>
    public required long Device { get; init; }

    /// <summary>Whom it opened connections to.</summary>
    public required ReachedSide Out { get; init; }

    /// <summary>Who opened connections to it.</summary>
    public required ReachedSide In { get; init; }

    /// <summary>Services of its addresses that the border makes reachable from outside.</summary>
    public required IReadOnlyList<PublishedService> Published { get; init; }

    /// <summary>Whether a table of the border is in force; without one, nothing is known of what is published.</summary>
    public required bool HasPublishing { get; init; }

    /// <summary>From when on it was looked at; null when there is no history.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Up to when.</summary>
    public CaptureTime? To { get; init; }
}

/// <summary>One side of a reach.</summary>
/// <param name="Devices">Devices in all.</param>
/// <param name="Outside">Addresses that are no device of the ledger.</param>
/// <param name="Zones">By zone, the one with most devices first.</param>
/// <param name="Departments">By department, the one with most devices first.</param>
/// <param name="IsCut">Whether more peers were seen than are counted.</param>
public sealed record ReachedSide(int Devices, int Outside, IReadOnlyList<ReachedGroup> Zones, IReadOnlyList<ReachedGroup> Departments, bool IsCut = false);

/// <summary>What is reached of a zone or a department.</summary>
/// <param name="Name">Its name; null stands for devices of no department.</param>
/// <param name="Devices">Devices of it that are reached.</param>
/// <param name="Of">Devices that the ledger knows of it.</param>
/// <param name="Protocols">Protocols, in alphabetical order; <c>-</c> is none that was recognised.</param>
public sealed record ReachedGroup(string? Name, int Devices, int Of, IReadOnlyList<string> Protocols)
{
    /// <summary>Whether all of it is reached: every device that the ledger knows there, and more than one.</summary>
    public bool IsWhole => Devices > 1 && Devices >= Of;
}

/// <summary>A device and how far it reaches, in lists.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Type">Its type, or null.</param>
/// <param name="Department">Its department, or null.</param>
/// <param name="Vendor">Its maker, or null.</param>
/// <param name="Ip">Address it was last seen with.</param>
/// <param name="Reaches">Devices that it opened connections to.</param>
/// <param name="Zones">Zones in which they stand.</param>
/// <param name="ReachedBy">Devices that opened connections to it.</param>
/// <param name="ReachedFrom">Zones in which those stand.</param>
/// <param name="IsPublished">Whether the border makes a service of it reachable from outside.</param>
public sealed record ReachLine(long Device, string? Name, string? Type, string? Department, string? Vendor, Address Ip, int Reaches, IReadOnlyList<string> Zones, int ReachedBy, IReadOnlyList<string> ReachedFrom, bool IsPublished);

/// <summary>Why an inside address is a vendor's way in.</summary>
public enum HeldBy
{
    /// <summary>The site file says that the vendor's VPN gives it.</summary>
    Vpn,

    /// <summary>The border publishes a service of it.</summary>
    Published,

    /// <summary>Somebody outside was seen to work on it.</summary>
    Remote,
}

/// <summary>An inside address that a vendor holds.</summary>
/// <param name="Line">The device, and how far it reaches.</param>
/// <param name="By">Why it counts as held.</param>
public sealed record HeldAddress(ReachLine Line, IReadOnlyList<HeldBy> By);

/// <summary>What a vendor reaches from the inside addresses that it holds.</summary>
/// <param name="Vendor">The vendor whose VPN it is, else the device's maker; null when neither is known.</param>
/// <param name="Addresses">The addresses, the one that reaches furthest first.</param>
/// <param name="Reaches">Different devices that they opened connections to.</param>
/// <param name="Of">Devices that the ledger knows.</param>
/// <param name="Zones">Zones in which those reached stand.</param>
/// <param name="OfZones">Zones that the ledger knows devices of.</param>
public sealed record VendorReach(string? Vendor, IReadOnlyList<HeldAddress> Addresses, int Reaches, int Of, IReadOnlyList<string> Zones, int OfZones);
