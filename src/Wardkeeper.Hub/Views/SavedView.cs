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
    public static IReadOnlyList<string> Tables { get; } = ["devices", "findings", "traffic"];

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

    /// <summary>When it was last changed, by the clock on the wall.</summary>
    public CaptureTime Changed { get; init; }

    /// <summary>Revision; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

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

    /// <summary>Whether somebody may open it.</summary>
    public bool IsOpenTo(Actor who) => IsShared || Owner == OwnerOf(who);

    /// <summary>Whether somebody may change or delete it.</summary>
    public bool MayChange(Actor who) => Owner == OwnerOf(who) || (IsShared && who.Is(Role.Administrator));

    /// <summary>How the audit log tells of it. What was typed into the box for text may name a patient and is left out.</summary>
    public string Summary() => $"name={Name}; shared={(IsShared ? "yes" : "no")}; query={TypedText().Replace(Query, "q=…")}";

    /// <summary>Refuses what cannot be a view.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; every mistake is named.</exception>
    public void Check()
    {
        Mistakes mistakes = new();
        mistakes.Require(Tables.Contains(Table), "table", "view-table", $"table must be one of {string.Join(", ", Tables)}.");
        mistakes.Require(Name.Trim().Length is > 0 and <= LongestName && !Name.Any(char.IsControl), "name", "view-name", $"The name needs 1 to {LongestName} characters on one line.");
        mistakes.Require(Query.Length <= LongestQuery && !Query.Any(char.IsControl), "query", "view-long", $"The query has more than {LongestQuery} characters; use fewer filters.");
        mistakes.ThrowIfAny();
    }

    [GeneratedRegex("(?<![^&])q=[^&]*")]
    private static partial Regex TypedText();
}
