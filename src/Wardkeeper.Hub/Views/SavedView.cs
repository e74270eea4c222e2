using System.Globalization;
using System.Text.RegularExpressions;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Views;

/// <summary>A view of a table, kept under a name.</summary>
public sealed partial record SavedView
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 60;

    /// <summary>Longest query, in characters.</summary>
    public const int LongestQuery = 2000;

    /// <summary>Most views of one person for one table, and most that are shared for one table.</summary>
    public const int MostOwn = 50, MostShared = 100;

    /// <summary>Tables whose views can be kept: the names of their pages.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["devices", "findings", "hunting", "traffic"];

    /// <summary>Its number, never given twice.</summary>
    public required long Number { get; init; }

    /// <summary>The table it is a view of.</summary>
    public required string Table { get; init; }

    /// <summary>Its name; one owner has each name once for a table.</summary>
    public required string Name { get; init; }

    /// <summary>Filters, columns and order as the address of the page writes them, without the question mark; empty shows everything.</summary>
    public required string Query { get; init; }

    /// <summary>User name of who keeps it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether everyone may open it.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether the table opens with it for its owner; at most one of her views of a table does.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Roles for whose bearers the table opens with it, unless they have a first view of their own; only a shared view has any, and each role has one view of a table.</summary>
    public IReadOnlyList<string> DefaultFor { get; init; } = [];

    /// <summary>When it was last changed, by the clock on the wall.</summary>
    public CaptureTime Changed { get; init; }

    /// <summary>Revision; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>Where a table is opened as it is by itself, whatever view a person or her role has first.</summary>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    public static string StandardAddress(string table) => $"/{table}?saved=0";

    /// <summary>Where the view is opened.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"/{Table}?{Query}{(Query.Length == 0 ? "" : "&")}saved={Number}");

    /// <summary>Under which name a person's views are kept; what a token keeps is its owner's.</summary>
    public static string OwnerOf(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return who.Owner ?? who.Name;
    }

    /// <summary>Whether somebody may share views with everyone: those who may edit devices.</summary>
    public static bool MayShare(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return who.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator);
    }

    /// <summary>The view that a table opens with for somebody: her own first one, else that of the first of her roles that has one; null is the table as it is by itself.</summary>
    /// <param name="views">What she may open of the table.</param>
    /// <param name="who">Who opens it.</param>
    public static SavedView? FirstOf(IReadOnlyCollection<SavedView> views, Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        return views.FirstOrDefault(view => view.IsFirst && view.Owner == OwnerOf(who))
            ?? who.Roles.Order().Select(role => views.FirstOrDefault(view => view.IsShared && view.DefaultFor.Contains(RoleNames.Of(role)))).FirstOrDefault(view => view is not null);
    }

    /// <summary>Whether it says the same as another.</summary>
    public bool IsLike(SavedView other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return DefaultFor.SequenceEqual(other.DefaultFor) && this with { DefaultFor = other.DefaultFor } == other;
    }

    /// <summary>Whether somebody may open it.</summary>
    public bool IsOpenTo(Actor who) => IsShared || Owner == OwnerOf(who);

    /// <summary>Whether somebody may change or delete it.</summary>
    public bool MayChange(Actor who) => Owner == OwnerOf(who) || (IsShared && who.Is(Role.Administrator));

    /// <summary>How the audit log tells of it. What was typed into the box for text may name a patient and is left out.</summary>
    public string Summary() => $"name={Name}; shared={(IsShared ? "yes" : "no")}{(IsFirst ? "; first=yes" : "")}{(DefaultFor.Count == 0 ? "" : "; default for=" + string.Join(',', DefaultFor))}; query={TypedText().Replace(Query, "q=…")}";

    /// <summary>Refuses what cannot be a view.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; every mistake is named.</exception>
    public void Check()
    {
        Mistakes mistakes = new();
        mistakes.Require(Tables.Contains(Table), "table", "view-table", $"table must be one of {string.Join(", ", Tables)}.");
        mistakes.Require(Name.Trim().Length is > 0 and <= LongestName && !Name.Any(char.IsControl), "name", "view-name", $"The name needs 1 to {LongestName} characters on one line.");
        mistakes.Require(Query.Length <= LongestQuery && !Query.Any(char.IsControl), "query", "view-long", $"The query has more than {LongestQuery} characters; use fewer filters.");
        foreach (string role in DefaultFor) mistakes.Require(RoleNames.TryParse(role, out _), "defaultFor", "view-role", $"{role} is no role; roles are {string.Join(", ", RoleNames.All)}.");
        mistakes.Require(IsShared || DefaultFor.Count == 0, "defaultFor", "view-default-shared", "Only a shared view can be the first of a role; share it.");
        mistakes.ThrowIfAny();
    }

    [GeneratedRegex("(?<![^&])q=[^&]*")]
    private static partial Regex TypedText();
}
