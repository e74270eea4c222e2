using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>The gravest findings that nobody judged, and what is asked of this person.</summary>
internal sealed class FindingAttention(IFindingQueries findings, ITaskQueries tasks, IStringLocalizer<OverviewPage> texts, IStringLocalizer<Words> words, Formats formats) : IAttentionSource
{
    private const int Most = 3;

    public async Task<IReadOnlyList<AttentionItem>> ForAsync(Actor person, CancellationToken cancel)
    {
        List<AttentionItem> items = [];
        FindingFilter grave = new() { Severities = [Severity.Critical, Severity.High], States = [FindingState.New, FindingState.Triage], Visible = person.Departments };
        Page<FindingLine> found = await findings.FindAsync(grave, new SortOrder("severity", true), new PageRequest(1, Most), cancel);
        if (found.Total == 0)
        {
            // Nothing is grave: what comes next is judged first.
            grave = grave with { Severities = [Severity.Medium] };
            found = await findings.FindAsync(grave, new SortOrder("severity", true), new PageRequest(1, Most), cancel);
        }
        items.AddRange(found.Items.Select(line => new AttentionItem(line.Severity.Word(), line.Title.In(formats.IsChinese), Where(line), $"/findings/{line.Number}", texts["need.finding.next"])));
        if (found.Total > Most) items.Add(new AttentionItem(found.Items[0].Severity.Word(), texts[grave.Severities.Contains(Severity.Medium) ? "need.medium" : "need.findings", Formats.Count(found.Total)], null, FindingsQuery.Of(grave), texts["need.finding.next"]));
        Page<StaffTask> asked = await tasks.FindAsync(new TaskFilter { For = person, States = [TaskState.Open] }, new SortOrder("due"), new PageRequest(1, Most), cancel);
        items.AddRange(asked.Items.Select(task => new AttentionItem(null, task.Question, task.Due is { } due ? texts["need.task.due", formats.Minute(due)].Value : null, $"/tasks/{task.Number}", texts["need.task.next"])));
        if (asked.Total > Most) items.Add(new AttentionItem(null, texts["need.tasks", Formats.Count(asked.Total)], null, "/tasks", texts["need.task.next"]));
        return items;
    }

    private string Where(FindingLine line)
    {
        string?[] parts =
        [
            line.Subject.Name ?? PartyText.Address(line.Subject),
            line.Subject.Department is { } department ? Words.Of(words, "department", department) : null,
            line.Assignee ?? texts["need.nobody"].Value,
        ];
        return string.Join(" · ", parts.Where(part => part is { Length: > 0 }));
    }
}
