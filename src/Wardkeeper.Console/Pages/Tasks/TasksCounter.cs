using Wardkeeper.Console.Layout;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;

namespace Wardkeeper.Console.Pages.Tasks;

/// <summary>Questions that wait for this person's answer.</summary>
internal sealed class TasksCounter(ITaskQueries tasks) : IRailCounter
{
    public string Page => "tasks";

    public string Href => "/tasks";

    public async Task<long> CountAsync(Actor person, CancellationToken cancel) =>
        (await tasks.FindAsync(new TaskFilter { For = person, States = [TaskState.Open] }, new SortOrder("due"), new PageRequest(1, 1), cancel)).Total;
}
