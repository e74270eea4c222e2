using System.Collections.Immutable;
using MudBlazor;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Layout;

/// <summary>Every page of the rail, one line each. A page that is not here does not exist for the console: no rail entry, no column, no tile, no key.</summary>
public static class PageRegistry
{
    /// <summary>The pages, in the order of the rail.</summary>
    public static ImmutableArray<PageEntry> All { get; } =
    [
        new("/", RailGroup.Top, "overview", Icons.Material.Outlined.SpaceDashboard) { UsesTime = true },
        new("/my", RailGroup.Top, "my", Icons.Material.Outlined.LocalHospital, Role.Viewer),
        new("/devices", RailGroup.Assets, "devices", Icons.Material.Outlined.MonitorHeart) { GoKey = 'd' },
        new("/identify", RailGroup.Assets, "identify", Icons.Material.Outlined.Fingerprint) { GoKey = 'r' },
        new("/users", RailGroup.System, "users", Icons.Material.Outlined.Group, Role.Administrator, Role.Auditor),
        new("/audit", RailGroup.System, "audit", Icons.Material.Outlined.FactCheck, Role.Administrator, Role.Auditor),
        new("/settings", RailGroup.System, "settings", Icons.Material.Outlined.Tune),
        new("/health", RailGroup.System, "health", Icons.Material.Outlined.HealthAndSafety),
        new("/map", RailGroup.Assets, "map", Icons.Material.Outlined.Hub) { UsesTime = true, GoKey = 'm' },
        new("/traffic", RailGroup.Traffic, "traffic", Icons.Material.Outlined.SwapHoriz) { UsesTime = true, GoKey = 't' },
        new("/protocols", RailGroup.Traffic, "protocols", Icons.Material.Outlined.Forum) { UsesTime = true, GoKey = 'p' },
        new("/hunting", RailGroup.Traffic, "hunting", Icons.Material.Outlined.TravelExplore) { GoKey = 'h' },
        new("/captures", RailGroup.Traffic, "captures", Icons.Material.Outlined.FolderZip) { GoKey = 'c' },
        new("/tasks", RailGroup.Top, "tasks", Icons.Material.Outlined.TaskAlt) { GoKey = 'a' },
        new("/findings", RailGroup.Risk, "findings", Icons.Material.Outlined.NotificationImportant) { GoKey = 'f' },
        new("/incidents", RailGroup.Risk, "incidents", Icons.Material.Outlined.AccountTree) { GoKey = 'n' },
        new("/exposures", RailGroup.Risk, "exposures", Icons.Material.Outlined.DoorFront) { GoKey = 'x' },
        new("/techniques", RailGroup.Risk, "techniques", Icons.Material.Outlined.GridView) { GoKey = 'k' },
        new("/trust", RailGroup.Control, "trust", Icons.Material.Outlined.VerifiedUser, Role.ClinicalEngineer, Role.Analyst, Role.Administrator, Role.Auditor),
        new("/rules", RailGroup.Risk, "rules", Icons.Material.Outlined.Rule, Role.Analyst, Role.Administrator, Role.Auditor),
        new("/intelligence", RailGroup.Risk, "intelligence", Icons.Material.Outlined.TravelExplore, Role.Analyst, Role.Administrator, Role.Auditor),
        new("/admission", RailGroup.Control, "admission", Icons.Material.Outlined.SensorDoor) { GoKey = 'j' },
        new("/response", RailGroup.Control, "response", Icons.Material.Outlined.GppMaybe) { GoKey = 'q' },
        new("/import", RailGroup.Assets, "import", Icons.Material.Outlined.UploadFile, Role.ClinicalEngineer, Role.Analyst, Role.Administrator) { GoKey = 'i' },
    ];

    /// <summary>Whether a page is there.</summary>
    /// <param name="key">Its text key, for example <c>findings</c>.</param>
    public static bool Has(string key) => All.Any(page => page.Key == key);

    /// <summary>The page an address belongs to: the longest route that leads to it, or null.</summary>
    public static PageEntry? Of(string path) =>
        All.Where(page => path == page.Route || (page.Route != "/" && path.StartsWith(page.Route + "/", StringComparison.Ordinal))).MaxBy(page => page.Route.Length);
}

/// <summary>A page of the rail.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Group">Where in the rail it stands.</param>
/// <param name="Key">Its text key: <c>page.KEY</c> in Words.</param>
/// <param name="Icon">SVG of its icon.</param>
/// <param name="Roles">Who may open it; empty is everybody who is signed in.</param>
public sealed record PageEntry(string Route, RailGroup Group, string Key, string Icon, params ImmutableArray<Role> Roles)
{
    /// <summary>Letter after <c>g</c> that goes there.</summary>
    public char? GoKey { get; init; }

    /// <summary>Whether the page follows the time range of the top bar.</summary>
    public bool UsesTime { get; init; }

    /// <summary>Whether a person may open it.</summary>
    public bool IsOpenTo(Actor person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return Roles.IsDefaultOrEmpty ? person.Roles.Count > 0 : person.Is(Roles.AsSpan());
    }
}

/// <summary>Groups of the rail.</summary>
public enum RailGroup
{
    /// <summary>Stands alone on top.</summary>
    Top,

    /// <summary>What we own.</summary>
    Assets,

    /// <summary>What was said.</summary>
    Traffic,

    /// <summary>What is wrong.</summary>
    Risk,

    /// <summary>What is allowed.</summary>
    Control,

    /// <summary>What the law asks.</summary>
    Compliance,

    /// <summary>The console itself.</summary>
    System,
}
