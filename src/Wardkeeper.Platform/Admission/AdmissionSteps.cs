using System.Collections.Concurrent;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Platform.Admission;

/// <summary>What admission asks for, through the point that ends sessions over RADIUS. Receipts are kept while the platform runs: what a decision holds back is held by the decision.</summary>
internal sealed class AdmissionSteps(IEnumerable<IEnforcementPoint> points, IActionCommands actions, IActionQueries queries) : IAdmissionSteps
{
    private const string Radius = "radius", Rule = "admission";
    private static readonly ActionState[] Waiting = [ActionState.Proposed, ActionState.Ordered, ActionState.InForce];
    private readonly ConcurrentDictionary<long, Receipt> applied = new();

    /// <inheritdoc/>
    public async Task AskAgainAsync(ClearedAction cleared, long device, CancellationToken cancel)
    {
        IEnforcementPoint point = points.FirstOrDefault(one => one.Name == Radius) ?? throw new EnforcementException("No switch is told over RADIUS to end a session; the device asks again when its session is over.");
        if (await point.ObstacleAsync(LadderStep.IsolatePort, device, cancel) is { } obstacle) throw new EnforcementException(obstacle);
        applied[device] = await point.ApplyAsync(cleared, device, cancel);
    }

    /// <inheritdoc/>
    public async Task TakeBackAsync(long device, CancellationToken cancel)
    {
        if (!applied.TryGetValue(device, out Receipt? receipt) || points.FirstOrDefault(one => one.Name == receipt.Point) is not { } point) return;
        await point.UndoAsync(receipt, cancel);
        applied.TryRemove(device, out _);
    }

    /// <inheritdoc/>
    public async Task<long?> ProposeAsync(LadderStep step, long device, TimeSpan lasts, string reason, long? finding, CancellationToken cancel)
    {
        Page<ResponseAction> waiting = await queries.FindAsync(new ActionFilter { Device = device, States = Waiting }, new SortOrder("number"), new PageRequest(1, PageRequest.MaxSize), cancel);
        if (waiting.Items.Any(one => one.Draft.Rule == Rule)) return null;
        (Hub.Findings.Outcome outcome, long number) = await actions.ProposeAsync(ActionRunner.Itself, new ActionDraft(step, [device], lasts, reason, finding, null, Rule), cancel);
        return outcome.IsDone ? number : null;
    }
}
