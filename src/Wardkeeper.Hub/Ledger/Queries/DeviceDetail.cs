using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Queries;

/// <summary>Everything the ledger knows of one device.</summary>
public sealed record DeviceDetail
{
    /// <summary>What lists show of it.</summary>
    public required DeviceLine Line { get; init; }

    /// <summary>Revision; changes with every edit by a person. The API's ETag.</summary>
    public required long Revision { get; init; }

    /// <summary>Every field that has a value, in the order of the ledger's fields, each with how it was decided.</summary>
    public required IReadOnlyList<FieldValue> Fields { get; init; }

    /// <summary>Its network attachments with their addresses over time.</summary>
    public required IReadOnlyList<InterfaceLine> Interfaces { get; init; }

    /// <summary>Services it offers.</summary>
    public required IReadOnlyList<ServiceTally> Offers { get; init; }

    /// <summary>Services it uses.</summary>
    public required IReadOnlyList<ServiceTally> Uses { get; init; }

    /// <summary>What the border's table makes reachable from outside at the address it was last seen with.</summary>
    public IReadOnlyList<PublishedService> Published { get; init; } = [];

    /// <summary>What happened to it in the ledger, latest first: edits, life cycle, merges, splits, conflicts.</summary>
    public required IReadOnlyList<DeviceEvent> Events { get; init; }
}

/// <summary>One field of a device: the value shown, and every claim it was decided over.</summary>
/// <param name="Field">API name of the field, as in the ledger's list of fields: <c>model</c>, <c>serialNumber</c> …</param>
/// <param name="Value">The value shown; null when claims exist but none is sure enough.</param>
/// <param name="Guess">The best guess below the threshold, or null.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="ConfirmedBy">The person who decided it, or null.</param>
/// <param name="ConfirmedAt">When; wall-clock time.</param>
/// <param name="HasConflict">Whether sources disagree.</param>
/// <param name="Reason">Why this value: in words a person can check, as a key of a text with its arguments already filled in English.</param>
/// <param name="Claims">All claims, the deciding one first, then those that contradict it.</param>
public sealed record FieldValue(string Field, string? Value, string? Guess, double Confidence, string? ConfirmedBy, CaptureTime? ConfirmedAt, bool HasConflict, string Reason, IReadOnlyList<ClaimTally> Claims)
{
    /// <summary>For what a device is: every voice for and against, strongest first.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>What would settle what is open, as keys of texts, most telling first.</summary>
    public IReadOnlyList<string> Settles { get; init; } = [];

    /// <summary>The other value that strong evidence speaks for, or null.</summary>
    public string? Conflict { get; init; }
}

/// <summary>A network attachment.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Mac">Hardware address; none when only the IP address is visible.</param>
/// <param name="Notes">randomised-mac, virtual-mac, behind-router …</param>
/// <param name="Vlans">VLANs it was seen in.</param>
/// <param name="Addresses">Addresses over time, latest first.</param>
public sealed record InterfaceLine(long Id, MacAddress Mac, IReadOnlyList<string> Notes, IReadOnlyList<long> Vlans, IReadOnlyList<AddressSpan> Addresses);

/// <summary>An address for a time.</summary>
/// <param name="Ip">The address.</param>
/// <param name="First">First seen.</param>
/// <param name="Last">Last seen.</param>
/// <param name="Assignment">static, dhcp or null when unknown.</param>
/// <param name="Source">Where it was taken over from, for example <c>capture C-12</c>; null when it was observed here.</param>
public sealed record AddressSpan(Address Ip, CaptureTime First, CaptureTime Last, string? Assignment, string? Source = null);

/// <summary>Something that happened to a device in the ledger.</summary>
/// <param name="At">When; capture time for what was observed, wall-clock time for what a person did.</param>
/// <param name="Who">Person, or null for the ledger itself.</param>
/// <param name="Action">In kebab case: edited, life-cycle, merged, split, undone, address-changed …</param>
/// <param name="Field">Field changed, or null.</param>
/// <param name="Before">Value before.</param>
/// <param name="After">Value after.</param>
/// <param name="Reason">Why.</param>
/// <param name="Operation">Number of the operation it is part of; what undoes it is given this.</param>
/// <param name="CanUndo">Whether it is of a kind that can be undone.</param>
public sealed record DeviceEvent(CaptureTime At, string? Who, string Action, string? Field, string? Before, string? After, string? Reason, long Operation = 0, bool CanUndo = false);
