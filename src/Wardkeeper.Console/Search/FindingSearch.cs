using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Session;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Search;

/// <summary>Finds open findings by number, address, device or assignee; a number finds a closed one too.</summary>
internal sealed class FindingSearch(Look look, Formats formats, IStringLocalizer<Words> words) : ISearchSource
{
    private const int Most = 3;

    public async Task<IReadOnlyList<SearchHit>> FindAsync(string text, Actor person, CancellationToken cancel)
    {
        bool isNumber = text.StartsWith("F-", StringComparison.OrdinalIgnoreCase);
        FindingFilter filter = new() { Text = text, IsOpen = isNumber ? null : true, Suppressed = isNumber ? SuppressedView.Include : SuppressedView.Hide, Visible = person.Departments };
        Page<FindingLine> found = await look.Findings.FindAsync(filter, new SortOrder("severity", true), new PageRequest(1, Most), cancel);
        return [.. found.Items.Select(line => new SearchHit("finding", $"{Finding.IdOf(line.Number)} · {line.Title.In(formats.IsChinese)}", $"{words[$"severity.{line.Severity.Word()}"]} · {line.Subject.Name ?? PartyText.Address(line.Subject)}", $"/findings/{line.Number}"))];
    }
}
