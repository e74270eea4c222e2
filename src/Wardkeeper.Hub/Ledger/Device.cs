using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>One device as the evidence so far speaks of it. Every value is a decision over <see cref="Claims"/>.</summary>
public sealed class Device
{
    /// <summary>Short name, by the order in which devices were first seen: D-1, D-2 …</summary>
    public required string Id { get; init; }

    /// <summary>Its hardware addresses; none when only its IP address is known.</summary>
    public required IReadOnlyList<MacAddress> Macs { get; init; }

    /// <summary>Its IP addresses.</summary>
    public required IReadOnlyList<Address> Ips { get; init; }

    /// <summary>VLANs it was seen in.</summary>
    public required IReadOnlyList<long> Vlans { get; init; }

    /// <summary>Maker of the device; null when unknown. Who made a chip or a board in it is a claim, not this.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model, or null.</summary>
    public string? Model { get; init; }

    /// <summary>Type in the two-level taxonomy, for example <c>infusion-pump</c>; null when unknown.</summary>
    public string? Type { get; init; }

    /// <summary>Category of <see cref="Type"/>, for example <c>infusion</c>.</summary>
    public string? Category { get; init; }

    /// <summary>The name it is best known by, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Operating system, or null.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>All host names it was called.</summary>
    public required IReadOnlyList<string> HostNames { get; init; }

    /// <summary>DICOM application entity titles of its own.</summary>
    public required IReadOnlyList<string> AeTitles { get; init; }

    /// <summary>DICOM implementations it showed, "UID version".</summary>
    public required IReadOnlyList<string> Implementations { get; init; }

    /// <summary>HL7 applications and facilities it is known as.</summary>
    public required IReadOnlyList<string> HlApplications { get; init; }

    /// <summary>Roles in the network or the clinic.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Things to know about its addresses: <c>router</c>, <c>randomised-mac</c>, <c>virtual-mac</c>, <c>behind-router</c>, <c>behind-serial-server</c>, <c>radio</c>, <c>no-mac-seen</c> (the capture has no hardware addresses).</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Short name of the device it is reached through: the serial device server whose line it is on, the gateway of its radio network; null for others.</summary>
    public string? Behind { get; internal set; }

    /// <summary>Services it offers.</summary>
    public required IReadOnlyList<ServiceTally> Offers { get; init; }

    /// <summary>Services it uses.</summary>
    public required IReadOnlyList<ServiceTally> Uses { get; init; }

    /// <summary>First and last sign of life.</summary>
    public CaptureTime FirstSeen { get; init; }

    /// <summary>Last sign of life.</summary>
    public CaptureTime LastSeen { get; init; }

    /// <summary>IP bytes it sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>What was said of it, by whom.</summary>
    public required IReadOnlyList<ClaimTally> Claims { get; init; }

    /// <summary>Why <see cref="Type"/> is what it is, or null.</summary>
    public string? TypeReason => Type is null ? null : Identity.Of(IdentityField.Type)?.Reason;

    /// <summary>What it is by all evidence: values with their confidence, guesses, conflicts, and the evidence for and against.</summary>
    public required Identity Identity { get; init; }
}
