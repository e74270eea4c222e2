using System.Text.RegularExpressions;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>What the fields of a log mean, as the pages of the protocols say it: these are made from the sources and travel with the console.</summary>
internal static partial class FieldMeanings
{
    private static readonly Lazy<ILookup<string, IReadOnlyDictionary<string, string>>> ByLog = new(Read);

    /// <summary>Fields that rows of a log can have, in the order in which they are written.</summary>
    public static IReadOnlyList<string> FieldsOf(string log) => [.. ByLog.Value[log].SelectMany(table => table.Keys).Distinct(StringComparer.Ordinal)];

    /// <summary>Meanings for a row: a log may hold several kinds of rows, and of those the one that knows most of the row's fields tells.</summary>
    /// <param name="log">The row's log.</param>
    /// <param name="fields">The row's fields.</param>
    public static IReadOnlyDictionary<string, string> Of(string log, IReadOnlyCollection<string> fields) =>
        ByLog.Value[log].MaxBy(table => fields.Count(table.ContainsKey)) ?? new Dictionary<string, string>();

    private static ILookup<string, IReadOnlyDictionary<string, string>> Read()
    {
        List<(string Log, IReadOnlyDictionary<string, string> Fields)> tables = [];
        foreach (string page in typeof(FieldMeanings).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("protocols/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using StreamReader text = new(typeof(FieldMeanings).Assembly.GetManifestResourceStream(page)!);
            Dictionary<string, string>? table = null;
            while (text.ReadLine() is { } line)
            {
                if (line.StartsWith("## ", StringComparison.Ordinal)) table = null;
                else if (Log().Match(line) is { Success: true } log) tables.Add((log.Groups["log"].Value, table = new(StringComparer.Ordinal)));
                else if (table is not null && Field().Match(line) is { Success: true } field) table[field.Groups["field"].Value] = field.Groups["meaning"].Value.Replace("\\|", "|", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
            }
        }
        return tables.ToLookup(one => one.Log, one => one.Fields, StringComparer.Ordinal);
    }

    [GeneratedRegex("^Log `(?<log>[^`]+)`")]
    private static partial Regex Log();

    [GeneratedRegex(@"^\| `(?<field>[^`]+)` \| (?<meaning>.*) \|$")]
    private static partial Regex Field();
}
