using System.Collections.Immutable;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>
/// The tiles of the overview, one line each: a component with the parameters <c>Person</c> and <c>Look</c>. A tile stands here only
/// when something produces what it shows.
/// </summary>
internal static class OverviewTiles
{
    /// <summary>The row under what needs the person.</summary>
    public static ImmutableArray<Type> Small { get; } = [typeof(FindingsTile), typeof(CareTile), typeof(LedgerTile), typeof(SinceTile)];

    /// <summary>The charts.</summary>
    public static ImmutableArray<Type> Charts { get; } = [typeof(CategoriesTile)];

    /// <summary>The full width below.</summary>
    public static ImmutableArray<Type> Wide { get; } = [typeof(DepartmentsTile), typeof(UtilisationTile)];
}
