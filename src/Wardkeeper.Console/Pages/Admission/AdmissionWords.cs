using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Admission;

/// <summary>Admission as people read it.</summary>
internal static class AdmissionWords
{
    /// <summary>A reason of a decision.</summary>
    public static string Reason(AdmissionReason reason, IStringLocalizer<AdmissionPage> texts, Formats formats) =>
        AdmissionTexts.Of(reason is { Key: "grade", Value: { } grade } ? reason with { Value = Words.Of(texts, "grade", grade) } : reason, formats.IsChinese);

    /// <summary>A kind of reason, whatever it speaks of.</summary>
    public static string Kind(string key, Formats formats) => AdmissionTexts.Of(new AdmissionReason(key, "…"), formats.IsChinese);

    /// <summary>An outcome.</summary>
    public static string Outcome(AdmissionOutcome outcome, IStringLocalizer<AdmissionPage> texts) => texts[$"outcome.{KebabWord.Of(outcome)}"];

    /// <summary>Where a segment is, for people; empty for everywhere else.</summary>
    public static string Where(AdmissionSegment segment) => string.Join(" · ", ((IReadOnlyList<string>[])[segment.Nas, segment.Ports, segment.Ssids]).Where(list => list.Count > 0).Select(list => string.Join(", ", list)));
}
