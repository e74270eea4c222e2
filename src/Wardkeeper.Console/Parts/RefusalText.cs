using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Decisions;

namespace Wardkeeper.Console.Parts;

/// <summary>Says in the language of the page why the ledger did not take a change.</summary>
internal static class RefusalText
{
    public static string Of(LedgerProblem problem, Formats formats, IStringLocalizer words)
    {
        string? field = problem.Field is null ? null : Words.Of(words, "field", problem.Field);
        return problem.Status switch
        {
            LedgerStatus.NotFound => words["refused.missing"],
            LedgerStatus.Forbidden => field is null ? words["refused.forbidden"] : words["refused.forbidden.field", field],
            LedgerStatus.Conflict => words["refused.changed"],
            _ when field is null => formats.IsChinese ? words["refused.invalid"] : problem.Message,
            _ => words[$"refused.kind.{(FieldCatalogue.Find(problem.Field!)?.Kind ?? FieldKind.Text).ToString().ToLowerInvariant()}", field],
        };
    }

    /// <summary>All problems, each once, at most five.</summary>
    public static IEnumerable<string> Of(LedgerResult result, Formats formats, IStringLocalizer words) => result.Problems.Select(problem => Of(problem, formats, words)).Distinct().Take(5);
}
