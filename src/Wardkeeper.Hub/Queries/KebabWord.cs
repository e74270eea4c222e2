namespace Wardkeeper.Hub.Queries;

/// <summary>The word of an enumeration's value in addresses, interfaces, tables and texts' keys: its name in kebab case.</summary>
public static class KebabWord
{
    /// <summary>The word of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The value of a word; false when there is none.</summary>
    public static bool TryParse<T>(string? word, out T value)
        where T : struct, Enum
    {
        foreach (T one in Enum.GetValues<T>())
        {
            value = one;
            if (Of(one) == word) return true;
        }
        value = default;
        return false;
    }
}
