using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>Proposes, agrees, declines and undoes on behalf of people. Nothing passes but over the safety check, on what is to be seen at that moment.</summary>
/// <param name="store">Stores actions.</param>
/// <param name="queries">Reads them.</param>
/// <param name="previews">Computes what they would do.</param>
/// <param name="runner">Carries out what was cleared.</param>
/// <param name="devices">The ledger.</param>
/// <param name="clock">Wall clock.</param>
public sealed class ActionCommands(IActionStore store, IActionQueries queries, PreviewReader previews, ActionRunner runner, IDeviceQueries devices, TimeProvider clock) : IActionCommands
{
    private const int LongestReason = 500, MostDevices = 20;

    /// <inheritdoc/>
    public async Task<ResponsePreview?> PreviewAsync(Actor who, ActionDraft draft, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(draft);
        return await SeesAllAsync(who, draft, cancel) ? await previews.OfAsync(new ProposedAction(0, draft.Step, draft.Devices, draft.Lasts, draft.Reason, Person(who)), draft.Point, cancel) : null;
    }

    /// <inheritdoc/>
    public async Task<ResponsePreview?> PreviewAsync(Actor who, long number, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        return await queries.GetAsync(number, who.Departments, cancel) is { } action ? await previews.OfAsync(action.ForCheck, action.Draft.Point, cancel) : null;
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> ProposeAsync(Actor who, ActionDraft draft, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(draft);
        if (!MayHandle(who)) return (Refused(OutcomeKind.NotAllowed, "needs-responder"), 0);
        return await ProposeAsync(who, Person(who), draft with { Rule = null }, cancel);
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> ProposeByRuleAsync(ActionDraft draft, bool enforces, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentException.ThrowIfNullOrEmpty(draft.Rule);
        foreach (long device in draft.Devices)
        {
            Page<ResponseAction> open = await queries.FindAsync(new ActionFilter { Device = device, States = [ActionState.Proposed, ActionState.Ordered, ActionState.InForce, ActionState.Undoing] }, new SortOrder("number"), new PageRequest(1, MostDevices), cancel);
            if (open.Items.FirstOrDefault(one => one.Draft.Rule == draft.Rule) is not { } known) continue;
            if (known.State != ActionState.Proposed || !enforces) return (new Outcome(OutcomeKind.Done, known.Revision), known.Number);
            if (known.Draft.Step >= draft.Step) return (await CarryOutAsync(known, cancel), known.Number);
            // It was proposed when the situation allowed less than is wanted.
            SafetyVerdict now = (await previews.OfAsync(new ProposedAction(0, draft.Step, draft.Devices, draft.Lasts, draft.Reason, null), draft.Point, cancel)).Verdict;
            if (now.Answer != SafetyAnswer.Cleared) return (await CarryOutAsync(known, cancel), known.Number);
            await store.ChangeAsync(ActionRunner.Itself, known.Number, action => action.After(ActionEvent.Declined, clock.Now(), null, "The situation allows more now."), cancel);
        }
        SafetyVerdict verdict = (await previews.OfAsync(new ProposedAction(0, draft.Step, draft.Devices, draft.Lasts, draft.Reason, null), draft.Point, cancel)).Verdict;
        LadderStep step = verdict switch
        {
            { Answer: SafetyAnswer.Refused, Reason: "table" } => verdict.HighestWithTwo,
            { Answer: SafetyAnswer.Refused, Reason: "alarm-path" } => verdict.HighestWithTwo >= LadderStep.RefuseMessage ? LadderStep.RefuseMessage : LadderStep.Tag,
            _ => draft.Step,
        };
        // What could carry out the step that was wanted need not be able to do less.
        (Outcome outcome, long number) = await ProposeAsync(ActionRunner.Itself, null, draft with { Step = step, Point = step == draft.Step ? draft.Point : null }, cancel);
        return !enforces || !outcome.IsDone || await queries.GetAsync(number, null, cancel) is not { } action ? (outcome, number) : (await CarryOutAsync(action, cancel), number);
    }

    /// <summary>By itself goes what one person may do; for the rest it waits for people.</summary>
    private async Task<Outcome> CarryOutAsync(ResponseAction action, CancellationToken cancel)
    {
        ResponsePreview preview = await previews.OfAsync(action.ForCheck, action.Draft.Point, cancel);
        return preview.Verdict.Answer != SafetyAnswer.Cleared ? new Outcome(OutcomeKind.Done, action.Revision) : await AgreeAsync(ActionRunner.Itself, action.Number, null, preview, preview.Safety.Digest, cancel);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ApproveAsync(Actor who, long number, string digest, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await queries.GetAsync(number, who.Departments, cancel) is not { } seen) return new Outcome(OutcomeKind.NotFound);
        if (!MayHandle(who)) return Refused(OutcomeKind.NotAllowed, "needs-responder");
        ResponsePreview preview = await previews.OfAsync(seen.ForCheck, seen.Draft.Point, cancel);
        return await AgreeAsync(who, number, Person(who), preview, digest, cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> DeclineAsync(Actor who, long number, string reason, CancellationToken cancel = default) => EndAsync(who, number, ActionEvent.Declined, reason, cancel);

    /// <inheritdoc/>
    public async Task<Outcome> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default)
    {
        Outcome outcome = await EndAsync(who, number, ActionEvent.UndoAsked, reason, cancel);
        if (outcome.IsDone) await runner.AdvanceAsync(number, cancel);
        return outcome;
    }

    /// <summary>Who stands behind an actor: a token acts for its owner.</summary>
    internal static string Person(Actor who) => who.Owner ?? who.Name;

    /// <summary>What a person's agreement, or that of a segment that enforces (null), does to an action: the action afterwards (null: as it was), and how it ended for the person.</summary>
    internal static (ResponseAction? After, Outcome Outcome) Agree(ResponseAction action, string? person, ResponsePreview preview, string digest, CaptureTime now)
    {
        if (action.State != ActionState.Proposed) return (null, Refused(OutcomeKind.Invalid, "already-ended"));
        if (now >= action.Lapses) return (action.After(ActionEvent.Lapsed, now), Refused(OutcomeKind.Invalid, "action-lapsed"));
        string current = preview.Safety.Digest;
        ResponseAction? changed = current == action.Digest ? null : action.After(ActionEvent.Changed, now)! with { Digest = current, Situations = preview.Safety.Situations };
        if (digest != current) return (changed, Refused(OutcomeKind.Stale, "preview-changed"));
        ResponseAction one = changed ?? action;
        SafetyAnswer answer = preview.Verdict.Answer;
        string? wrong = answer == SafetyAnswer.Refused ? (preview.Verdict.Reason == "table" ? "beyond-table" : preview.Verdict.Reason)
            : answer == SafetyAnswer.NeedsTwoPeople && string.Equals(person, one.Proposer, StringComparison.OrdinalIgnoreCase) ? "own-proposal"
            : preview.Obstacle is not null ? "no-point"
            : answer == SafetyAnswer.NeedsTwoPeople && one.Approvals.Any(given => string.Equals(given.Person, person, StringComparison.OrdinalIgnoreCase) && now.Since(given.At) <= SafetyCheck.ApprovalLasts) ? "already-agreed" : null;
        if (wrong is not null) return (changed, Refused(wrong == "own-proposal" ? OutcomeKind.NotAllowed : OutcomeKind.Invalid, wrong));
        if (person is not null) one = one with { Approvals = [.. one.Approvals.Where(given => !string.Equals(given.Person, person, StringComparison.OrdinalIgnoreCase)), new Approval(person, current, now)] };
        Outcome done = new(OutcomeKind.Done);
        if (SafetyCheck.Clear(preview.Safety, one.Approvals, now) is null) return (one.After(ActionEvent.Agreed, now, person), done);
        // What is to be applied is written down before it is: whatever happens then, it is known what to look for.
        return (one.After(ActionEvent.Cleared, now, person)! with
        {
            Receipts = [.. preview.Devices.Where(device => device.Point is not null).Select(device => new HeldReceipt(new Receipt(one.Number, device.Point!, device.Device, "", now)))],
        }, done);
    }

    private async Task<Outcome> AgreeAsync(Actor who, long number, string? person, ResponsePreview preview, string digest, CancellationToken cancel)
    {
        Outcome? outcome = null;
        ResponseAction? after = await store.ChangeAsync(who, number, action =>
        {
            (ResponseAction? next, outcome) = Agree(action, person, preview, digest, clock.Now());
            return next;
        }, cancel);
        if (after?.State == ActionState.Ordered) await runner.AdvanceAsync(number, cancel);
        return outcome is { IsDone: true } ? outcome with { Revision = after!.Revision } : outcome ?? new Outcome(OutcomeKind.NotFound);
    }

    private async Task<(Outcome Outcome, long Number)> ProposeAsync(Actor who, string? proposer, ActionDraft draft, CancellationToken cancel)
    {
        if (Wrong(draft) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), 0);
        if (!await SeesAllAsync(who, draft, cancel)) return (new Outcome(OutcomeKind.NotFound), 0);
        ActionDraft kept = draft with { Reason = draft.Reason.Trim(), Devices = [.. draft.Devices.Distinct()] };
        ProposedAction asked = new(0, kept.Step, kept.Devices, kept.Lasts, kept.Reason, proposer);
        ResponsePreview preview = await previews.OfAsync(asked, kept.Point, cancel);
        if (preview.Verdict.Answer == SafetyAnswer.Refused) return (Refused(OutcomeKind.Invalid, preview.Verdict.Reason == "table" ? "beyond-table" : preview.Verdict.Reason), 0);
        CaptureTime now = clock.Now();
        ResponseAction made = await store.AddAsync(who, number => new ResponseAction
        {
            Number = number,
            Draft = kept,
            Proposer = proposer,
            Proposed = now,
            Lapses = now.Plus(ResponseAction.RequestLasts),
            Digest = (preview.Safety with { Action = asked with { Number = number } }).Digest,
            Situations = preview.Safety.Situations,
            Notes = [new ActionNote(now, proposer ?? kept.Rule, "proposed", kept.Reason)],
        }, cancel);
        return (new Outcome(OutcomeKind.Done, made.Revision), made.Number);
    }

    private static bool MayHandle(Actor who) => who.Is(Role.Analyst, Role.ClinicalEngineer, Role.Administrator);

    private static Outcome Refused(OutcomeKind how, string reason) => new(how, 0, "refused." + reason);

    private static string? Wrong(ActionDraft draft) =>
        draft.Step == LadderStep.Observe || !Enum.IsDefined(draft.Step) ? "nothing-to-do"
        : draft.Devices.Count is 0 or > MostDevices ? "no-device"
        : string.IsNullOrWhiteSpace(draft.Reason) ? "reason-missing"
        : draft.Reason.Length > LongestReason ? "text-too-long"
        : draft.Lasts <= TimeSpan.Zero ? "no-expiry"
        : draft.Lasts > SafetyCheck.Longest ? "too-long" : null;

    private async Task<bool> SeesAllAsync(Actor who, ActionDraft draft, CancellationToken cancel)
    {
        long[] numbers = [.. draft.Devices.Distinct()];
        if (numbers.Length is 0 or > MostDevices) return false;
        return (await devices.FindAsync(new DeviceFilter { Ids = numbers, Visible = who.Departments }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items.Count == numbers.Length;
    }

    private async Task<Outcome> EndAsync(Actor who, long number, ActionEvent how, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await queries.GetAsync(number, who.Departments, cancel) is null) return new Outcome(OutcomeKind.NotFound);
        if (!MayHandle(who)) return Refused(OutcomeKind.NotAllowed, "needs-responder");
        if (string.IsNullOrWhiteSpace(reason)) return Refused(OutcomeKind.Invalid, "reason-missing");
        if (reason.Length > LongestReason) return Refused(OutcomeKind.Invalid, "text-too-long");
        ResponseAction? after = await store.ChangeAsync(who, number, action => action.After(how, clock.Now(), Person(who), reason.Trim()), cancel);
        return after is null ? Refused(OutcomeKind.Invalid, "already-ended") : new Outcome(OutcomeKind.Done, after.Revision);
    }
}
