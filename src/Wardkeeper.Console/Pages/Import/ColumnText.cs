using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Pages.Import;

/// <summary>Names of a register's columns and of what rows become.</summary>
internal static class ColumnText
{
    /// <summary>What rows become, as addresses and the API name it.</summary>
    public static IReadOnlyDictionary<string, RowOutcome> Outcomes { get; } = new Dictionary<string, RowOutcome>(StringComparer.Ordinal)
    {
        ["matched"] = RowOutcome.Matched,
        ["only-in-register"] = RowOutcome.OnlyInRegister,
        ["doubtful"] = RowOutcome.Doubtful,
        ["left-out"] = RowOutcome.LeftOut,
    };

    /// <summary>A column's name for people: that of the ledger's field, or its own.</summary>
    public static string Of(string field, IStringLocalizer texts, IStringLocalizer words)
    {
        LocalizedString own = texts[$"column.{field}"];
        return own.ResourceNotFound ? Words.Of(words, "field", field) : own.Value;
    }
}
