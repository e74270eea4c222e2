using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Console.Pages.Findings;

/// <summary>Says why a change to a finding or a task was not made.</summary>
internal static class FindingRefusal
{
    public static string Of(Outcome outcome, IStringLocalizer<Words> words, Formats formats) =>
        outcome.Reason is { } reason ? FindingTexts.Get(reason, formats.IsChinese)
        : outcome.Result == OutcomeKind.Stale ? words["refused.stale"]
        : words["refused.gone"];
}
