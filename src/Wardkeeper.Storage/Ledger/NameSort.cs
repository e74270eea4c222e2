namespace Wardkeeper.Storage.Ledger;

/// <summary>Keys by which names are sorted and found.</summary>
internal static class NameSort
{
    /// <summary>The key of a name: without case; devices without a name come last.</summary>
    public static string Of(string? name) => string.IsNullOrEmpty(name) ? "\uffff" : name.ToUpperInvariant();

    /// <summary>What text is looked for in.</summary>
    public static string Search(string text) => text;
}
