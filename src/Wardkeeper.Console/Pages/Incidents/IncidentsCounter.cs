using Wardkeeper.Console.Layout;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Incidents;

namespace Wardkeeper.Console.Pages.Incidents;

/// <summary>Incidents that nobody has looked at, for those who handle them.</summary>
internal sealed class IncidentsCounter(IIncidentQueries incidents) : IRailCounter
{
    private static readonly IncidentFilter New = new() { States = [IncidentState.New] };

    public string Page => "incidents";

    public string Href => IncidentsQuery.Of(New);

    public async Task<long> CountAsync(Actor person, CancellationToken cancel) =>
        person.Is(Role.Analyst, Role.ClinicalEngineer) ? await incidents.CountAsync(New with { Visible = person.Departments }, cancel) : 0;
}
