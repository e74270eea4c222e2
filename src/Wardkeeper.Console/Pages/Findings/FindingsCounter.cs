using Wardkeeper.Console.Layout;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;

namespace Wardkeeper.Console.Pages.Findings;

/// <summary>Findings that nobody has looked at, for those who judge.</summary>
internal sealed class FindingsCounter(IFindingQueries findings) : IRailCounter
{
    private static readonly FindingFilter New = new() { States = [FindingState.New] };

    public string Page => "findings";

    public string Href => FindingsQuery.Of(New);

    public async Task<long> CountAsync(Actor person, CancellationToken cancel) =>
        person.Is(Role.Analyst, Role.ClinicalEngineer) ? await findings.CountAsync(New with { Visible = person.Departments }, cancel) : 0;
}
