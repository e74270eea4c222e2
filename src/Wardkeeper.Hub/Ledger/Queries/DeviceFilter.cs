using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Queries;

/// <summary>Which devices are asked for; every member that is set must hold. Sets mean "one of these".</summary>
public sealed record DeviceFilter
{
    /// <summary>Text looked for in name, address (any spelling of a MAC), asset tag, serial number, bed, responsible person and pinyin initials.</summary>
    public string? Text { get; init; }

    /// <summary>Numbers of devices, at most 500.</summary>
    public IReadOnlyList<long> Ids { get; init; } = [];

    /// <summary>Types, API values such as <c>infusion-pump</c>; <c>unknown</c> is the devices without one.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Categories of types.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Responsible departments; an empty text is the devices without one.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>Makers.</summary>
    public IReadOnlyList<string> Vendors { get; init; } = [];

    /// <summary>Models; with one vendor and one model these are devices that are alike.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Fingerprints: devices whose lasting traits are the same.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>Responsible persons; an empty text is the devices without one.</summary>
    public IReadOnlyList<string> Persons { get; init; } = [];

    /// <summary>States of the life cycle, API values.</summary>
    public IReadOnlyList<string> LifeCycles { get; init; } = [];

    /// <summary>Networks in CIDR notation.</summary>
    public IReadOnlyList<string> Subnets { get; init; } = [];

    /// <summary>VLANs.</summary>
    public IReadOnlyList<long> Vlans { get; init; } = [];

    /// <summary>Protocols offered or used.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Ports offered.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Whether sources disagree.</summary>
    public bool? HasConflict { get; init; }

    /// <summary>Whether it is life support (consequence of failure: death or serious injury).</summary>
    public bool? IsLifeSupport { get; init; }

    /// <summary>Whether it is retired, scrapped or lost and still talks.</summary>
    public bool? IsRetiredButAlive { get; init; }

    /// <summary>Whether the border's table makes a service at its address reachable from outside.</summary>
    public bool? IsPublished { get; init; }

    /// <summary>Seen for the first time at or after this.</summary>
    public CaptureTime? FirstSeenSince { get; init; }

    /// <summary>Seen for the last time at or after this.</summary>
    public CaptureTime? LastSeenSince { get; init; }

    /// <summary>Departments that may be seen at all; null when not limited. Set from the person who asks, never from the address bar.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}
