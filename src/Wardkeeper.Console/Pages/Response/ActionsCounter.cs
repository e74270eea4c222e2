using Wardkeeper.Console.Layout;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Console.Pages.Response;

/// <summary>Actions that wait for people, for those who may agree to them.</summary>
internal sealed class ActionsCounter(IActionQueries actions) : IRailCounter
{
    public string Page => "response";

    public string Href => "/response";

    public async Task<long> CountAsync(Actor person, CancellationToken cancel) =>
        person.Is(Role.Analyst, Role.ClinicalEngineer, Role.Administrator) ? await actions.CountAsync(new ActionFilter { States = [ActionState.Proposed], Visible = person.Departments }, cancel) : 0;
}
