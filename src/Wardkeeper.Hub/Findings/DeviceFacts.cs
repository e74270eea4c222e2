using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>What findings need to know of a device: the ledger's decisions, nothing of its claims.</summary>
public sealed record DeviceFacts
{
    /// <summary>How long a device must have been of a type before its own word on that counts.</summary>
    public static readonly TimeSpan LongStanding = TimeSpan.FromHours(1);

    private static readonly HashSet<string> Routing = ["router", "switch", "firewall", "gateway"];
    private static readonly HashSet<string> Infrastructure = [.. Routing, "access-point", "serial-device-server"], Hosting = [.. Infrastructure, "ip-phone", "server", "virtual-machine", "home-gateway"], Exempting = [.. Hosting, "central-monitor"];
    private static readonly HashSet<string> MedicalCategories = ["clinical", "imaging", "laboratory", "infusion", "monitoring", "dialysis", "surgery"];

    /// <summary>Its number in the ledger, shown as <c>D-12</c>.</summary>
    public required long Id { get; init; }

    /// <summary>Name it is best known by, or null.</summary>
    public string? Name { get; init; }

    /// <summary>What it is called in a finding: its name, else its number.</summary>
    public string Shown => Name ?? LiveDevice.NameOf(Id);

    /// <summary>Type, API value, or null.</summary>
    public string? Type { get; init; }

    /// <summary>Whether a person named the type.</summary>
    public bool TypeIsFromPeople { get; init; }

    /// <summary>From when it has been of its type by what was observed; null when that is not known, or nothing depends on it (<see cref="IsExempting"/>).</summary>
    public CaptureTime? TypeSince { get; init; }

    /// <summary>What it was before it was of its type; null when that was not known, or nothing depends on it.</summary>
    public string? TypeBefore { get; init; }

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

    /// <summary>
    /// Whether its type is believed: a person named it, or it has been of it for long. Whoever announces itself as router,
    /// access point or monitor is one to the ledger at once.
    /// </summary>
    /// <param name="now">Capture time.</param>
    public bool IsTypeBelieved(CaptureTime now) => TypeIsFromPeople || (TypeSince is { } since && now.Since(since) >= LongStanding);

    /// <summary>Whether its type is believed, or it was never known as anything else: what begins to call itself something else is not rid of what it was told for.</summary>
    /// <param name="now">Capture time.</param>
    public bool IsTypeBelievedOrFirst(CaptureTime now) => TypeBefore is null || IsTypeBelieved(now);

    /// <summary>Whether it is believed to be of a type that exempts from suspicion. See <see cref="IsTypeBelieved"/>.</summary>
    /// <param name="type">The type, API value.</param>
    /// <param name="now">Capture time.</param>
    public bool IsBelieved(string type, CaptureTime now) => Type == type && IsTypeBelieved(now);

    /// <summary>Whether it is believed to pass on what others send: a router, switch, firewall or gateway. See <see cref="IsBelieved"/>.</summary>
    /// <param name="now">Capture time.</param>
    public bool IsBelievedToRoute(CaptureTime now) => Type is { } type && Routing.Contains(type) && IsTypeBelieved(now);

    /// <summary>Whether its type is one of the network's own: what routes, an access point, a server of serial lines. It says so itself; see <see cref="IsTypeBelieved"/>.</summary>
    public bool IsInfrastructure => Type is { } type && Infrastructure.Contains(type);

    /// <summary>Whether several machines behind one port are in order where one of them is of a type: it passes on, serves or houses the others.</summary>
    /// <param name="type">The type, API value.</param>
    public static bool IsHosting(string? type) => type is not null && Hosting.Contains(type);

    /// <summary>Whether a type exempts from a suspicion, so that it matters since when a device has been of it.</summary>
    /// <param name="type">The type, API value.</param>
    public static bool IsExempting(string? type) => type is not null && Exempting.Contains(type);

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
