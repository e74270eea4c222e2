using System.Collections.Immutable;

namespace Wardkeeper.Console.Parts;

/// <summary>The rows a person selected: some by name, or all that match the filter, which the hub then finds itself.</summary>
/// <param name="Keys">Keys of the rows selected one by one; empty when <paramref name="IsAll"/>.</param>
/// <param name="IsAll">Whether everything that matches the filter is meant.</param>
/// <param name="Count">How many rows that are now.</param>
public sealed record TableSelection(ImmutableSortedSet<string> Keys, bool IsAll, long Count)
{
    /// <summary>Nothing.</summary>
    public static TableSelection None { get; } = new([], false, 0);
}
