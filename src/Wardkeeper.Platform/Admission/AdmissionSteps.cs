using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Radius;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Admission;

/// <summary>Admission's steps of the ladder, as stored actions: verified, undone and lapsing as all others.</summary>
internal sealed class AdmissionSteps(IActionCommands actions, IActionQueries queries, IsolationBook held, TimeProvider clock) : IAdmissionSteps
{
    private const string Rule = "admission";
    private static readonly Actor Itself = new(Rule, new HashSet<Role> { Role.Analyst });

    /// <inheritdoc/>
    public async Task IsolateAsync(long device, TimeSpan lasts, string reason, long? finding, bool enforces, CancellationToken cancel)
    {
        (Outcome outcome, long number) = await actions.ProposeByRuleAsync(new ActionDraft(LadderStep.IsolatePort, [device], lasts, reason, finding, RadiusPoint.PointName, Rule), enforces, cancel);
        if (outcome.Result == OutcomeKind.Stale) throw new EnforcementException("The situation changed while it was looked at.");
        if (outcome.Result == OutcomeKind.Invalid && enforces && await queries.GetAsync(number, null, cancel) is { State: ActionState.Proposed }) throw new EnforcementException(outcome.Reason ?? "It could not be carried out.");
    }

    /// <inheritdoc/>
    public bool Holds(string mac) => held.Of(mac, CaptureTime.FromDate(clock.GetUtcNow())) is not null;

    /// <inheritdoc/>
    public async Task TakeBackAsync(long device, CancellationToken cancel)
    {
        Page<ResponseAction> open = await queries.FindAsync(new ActionFilter { Device = device, States = [ActionState.Proposed, ActionState.Ordered, ActionState.InForce] }, new SortOrder("number"), new PageRequest(1, PageRequest.MaxSize), cancel);
        foreach (ResponseAction action in open.Items.Where(one => one.Draft.Rule == Rule))
        {
            const string Why = "The device behaves like itself again.";
            Outcome outcome = action.State == ActionState.Proposed ? await actions.DeclineAsync(Itself, action.Number, Why, cancel) : await actions.UndoAsync(Itself, action.Number, Why, cancel);
            if (outcome.Result == OutcomeKind.Stale) throw new EnforcementException("The action changed while it was taken back.");
        }
    }
}
