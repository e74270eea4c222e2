using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Import;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Writes all findings of a filter as a table for people, in the language of whoever asks. Times are UTC, as in the API.</summary>
internal static class FindingExport
{
    /// <summary>Writes them.</summary>
    /// <param name="into">Where to; must be able to seek for xlsx.</param>
    /// <param name="format">csv or xlsx.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="filter">Which.</param>
    /// <param name="words">Words of the headings.</param>
    /// <param name="page">Words of the page of findings.</param>
    /// <param name="job">Told how far it is.</param>
    public static async Task WriteAsync(Stream into, string format, IFindingQueries findings, FindingFilter filter, IStringLocalizer<Words> words, IStringLocalizer<FindingsPage> page, Job job)
    {
        string[] headings =
        [
            "ID", words["column.severity"], words["filter.kind"], page["column.what"], page["column.who"], "IP", "MAC", words["filter.port"], words["field.department"], words["field.person"],
            words["column.first"], words["column.seen"], page["column.count"], page["column.sure"], words["filter.findingstate"], words["filter.verdict"], words["filter.assignee"], "ATT&CK", words["duty"],
        ];
        IAsyncEnumerable<IReadOnlyList<string?>> rows = RowsAsync(findings, filter, words, job);
        await TableWriter.WriteAsync(into, format, headings, rows, job.Stop);
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> RowsAsync(IFindingQueries findings, FindingFilter filter, IStringLocalizer<Words> words, Job job)
    {
        bool chinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        await foreach (FindingLine line in job.CountedAsync(page => findings.FindAsync(filter, new SortOrder("number"), page, job.Stop))) yield return Row(line, words, chinese);
    }

    private static string?[] Row(FindingLine line, IStringLocalizer<Words> words, bool chinese) =>
    [
        Finding.IdOf(line.Number), Words.Of(words, "severity", line.Severity.Word()), FindingTexts.NameOfType(line.Type, chinese), line.Title.In(chinese), line.Subject.Name,
        line.Subject.Ip.IsNone ? null : line.Subject.Ip.ToString(), line.Subject.Mac.IsNone ? null : line.Subject.Mac.ToString(), line.Subject.Port == 0 ? null : line.Subject.Port.ToString(CultureInfo.InvariantCulture),
        line.Subject.Department is { } department ? Words.Of(words, "department", department) : null, line.Subject.Person, Formats.Iso(line.First), Formats.Iso(line.Last), line.Count.ToString(CultureInfo.InvariantCulture),
        line.Confidence.ToString("0.00", CultureInfo.InvariantCulture), Words.Of(words, "findingstate", line.State.Word()), line.Verdict is { } verdict ? Words.Of(words, "verdict", verdict.Word()) : null, line.Assignee, line.Technique,
        Words.Of(words, "duty", line.Duty.Word()),
    ];
}
