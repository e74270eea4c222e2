using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>
/// A decision not to be shown findings of a type: of one device, of a subnet, or all. It has a reason, an owner and an end, and
/// hides, never deletes: what it hides is counted and can be looked at.
/// </summary>
public sealed record Suppression
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Type of finding.</summary>
    public required string Type { get; init; }

    /// <summary>The device, or null.</summary>
    public long? Device { get; init; }

    /// <summary>The subject's address where the ledger knows no device for it, or null.</summary>
    public string? Address { get; init; }

    /// <summary>The subnet in CIDR notation, or null. With neither device, address nor subnet it hides the whole type.</summary>
    public string? Subnet { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>When it was made, by the clock on the wall.</summary>
    public required CaptureTime Made { get; init; }

    /// <summary>When it ends, by the clock on the wall.</summary>
    public required CaptureTime Expires { get; init; }

    /// <summary>When it was withdrawn; null when it was not.</summary>
    public CaptureTime? Withdrawn { get; init; }

    /// <summary>Whether it holds at a moment of the clock on the wall.</summary>
    public bool Holds(CaptureTime now) => Withdrawn is null && now < Expires;

    /// <summary>Whether a finding is one of those it means.</summary>
    public bool Means(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Means(finding.Type, finding.Subject.Device?.Id, finding.Subject.Address, finding.Subject.Subject.Ip);
    }

    /// <summary>Whether a finding of a type about a device, or an address where no device is known, is one of those it means.</summary>
    public bool Means(string type, long? device, string address, Address ip)
    {
        if (type != Type) return false;
        if (Device is { } meant) return device == meant;
        // An address without a device: when a device is known there, it is another matter.
        if (Address is { } at) return device is null && address == at;
        return Subnet is null || (!ip.IsNone && LocalNetworks.IsNetwork(Subnet) && LocalNetworks.Of([Subnet]).Contains(ip));
    }

    /// <summary>Of those that mean a finding and were not withdrawn, the one that holds longest; null when there is none.</summary>
    public static Suppression? Covering(IEnumerable<Suppression> all, string type, long? device, string address, Address ip) =>
        all.Where(one => one.Withdrawn is null && one.Means(type, device, address, ip)).OrderByDescending(one => one.Expires.Nanoseconds).ThenBy(one => one.Number).FirstOrDefault();
}
