namespace Wardkeeper.Hub.Admission;

/// <summary>How far a segment's decisions go.</summary>
public enum SegmentMode
{
    /// <summary>Everybody is let in as before; what would have been refused is counted and explained. The default.</summary>
    Observe,

    /// <summary>Decisions are carried out, as far as the clinical safety check clears them.</summary>
    Enforce,
}

/// <summary>What happens in a segment while the hub cannot be asked.</summary>
public enum FailSafe
{
    /// <summary>Known devices stay in, the unknown go to quarantine. The default.</summary>
    KnownStay,

    /// <summary>Everybody is let in.</summary>
    Open,
}

/// <summary>A part of the network that admission treats alike: some switches, or some of their ports, or a wireless network.</summary>
/// <param name="Name">Its name, unique.</param>
/// <param name="Mode">How far decisions go.</param>
/// <param name="FailSafe">What happens while the hub cannot be asked.</param>
/// <param name="Nas">Switches: addresses, networks (CIDR) or NAS identifiers; empty for all that no other segment names.</param>
/// <param name="Ports">Ports by name, <c>*</c> stands for any characters; empty for all.</param>
/// <param name="Ssids">Wireless networks; empty for all.</param>
/// <param name="AdmitVlan">VLAN of the admitted whose device names no other; null leaves the port's own.</param>
/// <param name="QuarantineVlan">VLAN of the quarantined.</param>
/// <param name="OnboardVlan">VLAN in which a device can enrol and be registered; null where there is none.</param>
/// <param name="FailSafeVlan">VLAN of the unknown while the hub cannot be asked; null is the quarantine's.</param>
/// <param name="SessionTimeout">After which time everybody must ask again.</param>
/// <param name="Form">How VLAN and access list are told to these switches: <c>rfc3580</c>, <c>cisco</c>, <c>huawei</c>, <c>h3c</c>.</param>
public sealed record AdmissionSegment(
    string Name,
    SegmentMode Mode,
    FailSafe FailSafe,
    IReadOnlyList<string> Nas,
    IReadOnlyList<string> Ports,
    IReadOnlyList<string> Ssids,
    string? AdmitVlan,
    string QuarantineVlan,
    string? OnboardVlan,
    string? FailSafeVlan,
    TimeSpan SessionTimeout,
    string Form = "rfc3580");
