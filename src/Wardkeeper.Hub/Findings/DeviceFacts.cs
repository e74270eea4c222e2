using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>What findings need to know of a device: the ledger's decisions, nothing of its claims.</summary>
public sealed record DeviceFacts
{
    /// <summary>How long a device must have been there before its own word on what it is counts.</summary>
    public static readonly TimeSpan LongStanding = TimeSpan.FromHours(1);

    private static readonly HashSet<string> Routing = ["router", "switch", "firewall", "gateway"];
    private static readonly HashSet<string> MedicalCategories = ["clinical", "imaging", "laboratory", "infusion", "monitoring", "dialysis", "surgery"];

    /// <summary>Its number in the ledger, shown as <c>D-12</c>.</summary>
    public required long Id { get; init; }

    /// <summary>Name it is best known by, or null.</summary>
    public string? Name { get; init; }

    /// <summary>What it is called in a finding: its name, else its number.</summary>
    public string Shown => Name ?? LiveDevice.NameOf(Id);

    /// <summary>Type, API value, or null.</summary>
    public string? Type { get; init; }

    /// <summary>Category of the type, or null.</summary>
    public string? Category { get; init; }

    /// <summary>Responsible department, or null.</summary>
    public string? Department { get; init; }

    /// <summary>Responsible person, or null.</summary>
    public string? Person { get; init; }

    /// <summary>State of the life cycle, API value; null when nobody keeps one.</summary>
    public string? LifeCycle { get; init; }

    /// <summary>Since when it is in that state; null when not known.</summary>
    public CaptureTime? LifeCycleSince { get; init; }

    /// <summary>First sign of life.</summary>
    public CaptureTime FirstSeen { get; init; }

    /// <summary>Last sign of life.</summary>
    public CaptureTime LastSeen { get; init; }

    /// <summary>A network attachment of it, the one best known.</summary>
    public Subject Subject { get; init; }

    /// <summary>Every address it has.</summary>
    public IReadOnlyList<Address> Ips { get; init; } = [];

    /// <summary>Whether a person entered something of it, or registered it.</summary>
    public bool IsKnownToPeople { get; init; }

    /// <summary>Whether its type is one that treats, measures or images patients.</summary>
    public bool IsMedical => IsMedicalCategory(Category);

    /// <summary>Whether its word on what it is counts: people know it, or it has been there for long.</summary>
    /// <param name="now">Capture time.</param>
    public bool IsTrusted(CaptureTime now) => IsKnownToPeople || now.Since(FirstSeen) >= LongStanding;

    /// <summary>
    /// Whether it is believed to be of a type that exempts from suspicion. Whoever announces itself as router,
    /// access point or monitor is one to the ledger at once.
    /// </summary>
    /// <param name="type">The type, API value.</param>
    /// <param name="now">Capture time.</param>
    public bool IsBelieved(string type, CaptureTime now) => Type == type && IsTrusted(now);

    /// <summary>Whether it is believed to pass on what others send: a router, switch, firewall or gateway. See <see cref="IsBelieved"/>.</summary>
    /// <param name="now">Capture time.</param>
    public bool IsBelievedToRoute(CaptureTime now) => Type is { } type && Routing.Contains(type) && IsBelieved(type, now);

    /// <summary>Whether devices of a category treat, measure or image patients.</summary>
    public static bool IsMedicalCategory(string? category) => category is not null && MedicalCategories.Contains(category);
}

/// <summary>The ledger as detection sees it.</summary>
public interface IDeviceDirectory
{
    /// <summary>Whether people enter owners and life cycles there at all; without that nothing follows from a missing owner.</summary>
    bool HasRegister { get; }

    /// <summary>The device an attachment belongs to; null when not known (yet).</summary>
    DeviceFacts? Of(Subject subject);

    /// <summary>
    /// Whether two attachments are one machine because a person said so. The ledger also joins by what machines say of themselves, such as a serial number;
    /// whoever pretends to be a device says that too.
    /// </summary>
    bool AreOne(Subject one, Subject other) => false;

    /// <summary>Every device, in the order of numbers.</summary>
    IEnumerable<DeviceFacts> All();

    /// <summary>Addresses that went to others and have stayed there for a while, each once; a ledger that does not follow them tells none.</summary>
    /// <param name="now">Capture time.</param>
    IReadOnlyList<AddressMove> TakeMoves(CaptureTime now) => [];
}
