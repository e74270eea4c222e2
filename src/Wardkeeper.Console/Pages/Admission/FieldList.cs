namespace Wardkeeper.Console.Pages.Admission;

/// <summary>Several values in one field, between commas or on lines.</summary>
internal static class FieldList
{
    /// <summary>The values.</summary>
    public static IReadOnlyList<string> Read(string text) => text.Split([',', '，', '、', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As they are shown.</summary>
    public static string Show(IEnumerable<string> values) => string.Join(", ", values);

    /// <summary>A field that may be empty.</summary>
    public static string? Text(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
