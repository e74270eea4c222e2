using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Pages.Incidents;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>The gravest incidents that go on: one line each, whatever number of findings they hold.</summary>
internal sealed class IncidentAttention(IIncidentQueries incidents, IStringLocalizer<OverviewPage> texts, Formats formats) : IAttentionSource
{
    private const int Most = 2;

    public async Task<IReadOnlyList<AttentionItem>> ForAsync(Actor person, CancellationToken cancel)
    {
        IncidentFilter going = new() { States = [IncidentState.New, IncidentState.Triage, IncidentState.InProgress], Severities = [Severity.Critical, Severity.High, Severity.Medium], Visible = person.Departments };
        Page<IncidentLine> found = await incidents.FindAsync(going, new SortOrder("severity", true), new PageRequest(1, Most), cancel);
        List<AttentionItem> items = [.. found.Items.Select(line => new AttentionItem(line.Severity.Word(), texts["need.incident", Incident.IdOf(line.Number), line.Title.In(formats.IsChinese)], Detail(line), $"/incidents/{line.Number}", texts["need.incident.next"]))];
        if (found.Total > Most) items.Add(new AttentionItem(found.Items[0].Severity.Word(), texts["need.incidents", Formats.Count(found.Total)], null, IncidentsQuery.Of(going), texts["need.incident.next"]));
        return items;
    }

    private string Detail(IncidentLine line) => texts["need.incident.detail", Formats.Count(line.Findings), line.Assignee ?? texts["need.nobody"].Value];
}
