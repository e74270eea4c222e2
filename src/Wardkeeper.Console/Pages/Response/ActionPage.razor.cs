using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Console.Pages.Response;

/// <summary>One action: what it would do now, who agreed, what was applied, what happened. Two people see the same preview, and agree to its digest.</summary>
public sealed partial class ActionPage
{
    private ResponseAction? action;
    private ResponsePreview? preview;
    private Actor? person;
    private Exception? failure;
    private string reason = "";
    private string? wrong;
    private bool busy;
    private bool isRead;

    /// <summary>The action's number.</summary>
    [Parameter]
    public long Id { get; set; }

    private bool MayHandle => person?.Is(Role.Analyst, Role.ClinicalEngineer, Role.Administrator) == true;

    private bool NeedsTwo => preview?.Verdict.Answer == SafetyAnswer.NeedsTwoPeople;

    /// <summary>The whole action as a sentence.</summary>
    private string Sentence => T["sentence", W["step." + KebabWord.Of(action!.Draft.Step)], string.Join(", ", action.Draft.Devices.Take(3).Select(Formats.DeviceNumber)) + (action.Draft.Devices.Count > 3 ? $" +{action.Draft.Devices.Count - 3}" : ""), (int)action.Draft.Lasts.TotalMinutes];

    /// <summary>Why this person cannot agree; null when she can.</summary>
    private string? WhyNot => preview is null ? W["loading"]
        : preview.Verdict.Answer == SafetyAnswer.Refused ? Told(preview.Verdict.Reason == "alarm-path" ? "alarm-path" : "beyond-table")
        : NeedsTwo && IsHer(action!.Proposer) ? Told("own-proposal")
        : preview.Obstacle is not null ? Told("no-point")
        : NeedsTwo && action!.Approvals.Any(given => IsHer(given.Person)) ? Told("already-agreed") : null;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        person ??= await Viewer.ActorAsync();
        if (action is null || action.Number != Id) await ReadActionAsync(cancel);
    }

    private string Told(string key) => FindingTexts.Get("refused." + key, F.IsChinese);

    private bool IsHer(string? name) => string.Equals(name, person!.Owner ?? person.Name, StringComparison.OrdinalIgnoreCase);

    private async Task ReadActionAsync(CancellationToken cancel)
    {
        try
        {
            action = await Actions.GetAsync(Id, person!.Departments, cancel);
            preview = action?.State == ActionState.Proposed ? await Commands.PreviewAsync(person, Id, cancel) : null;
            (isRead, failure) = (true, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    private Task ApproveAsync() => DoAsync(() => Commands.ApproveAsync(person!, Id, preview!.Safety.Digest, Closed));

    private Task EndAsync(Func<Actor, long, string, CancellationToken, Task<Outcome>> how) => DoAsync(() => how(person!, Id, reason, Closed));

    /// <summary>Something was tried: what stands now is shown, with why it was not done.</summary>
    private async Task DoAsync(Func<Task<Outcome>> what)
    {
        if (busy) return;
        busy = true;
        try
        {
            Outcome outcome = await what();
            wrong = outcome.IsDone ? null : FindingRefusal.Of(outcome, W, F);
            await ReadActionAsync(Closed);
        }
        finally
        {
            busy = false;
        }
    }
}
