namespace Wardkeeper.Storage.Ledger;

/// <summary>Keys by which names are sorted and found.</summary>
internal static class NameSort
{
    /// <summary>The key of a name: without case, Chinese by its reading; devices without a name come last.</summary>
    public static string Of(string? name) => string.IsNullOrEmpty(name) ? "\uffff" : Pinyin.Sortable(name);

    /// <summary>What text is looked for in: each part as it is, and Chinese ones by their initials too.</summary>
    public static string Search(string text)
    {
        string initials = string.Join('\n', text.Split('\n').Select(Pinyin.Initials).OfType<string>());
        return initials.Length == 0 ? text : $"{text}\n{initials}";
    }
}
