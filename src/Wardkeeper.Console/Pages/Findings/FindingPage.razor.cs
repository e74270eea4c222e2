using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Findings;

/// <summary>One finding: is it true, what is at stake, what do I do? What is being done (judge, suppress …) is part of the address.</summary>
public sealed partial class FindingPage
{
    private static readonly string[] Actions = ["judge", "close", "reopen", "assign", "move", "suppress", "end", "ask"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private FindingDetail? finding;
    private DeviceLine? device;
    private Actor? person;
    private Exception? failure;
    private string? action;
    private string? refused;
    private string comment = "";
    private long others;
    private long? incident;
    private bool isRead;
    private bool isOutdated;
    private bool isWatching;

    /// <summary>The finding's number.</summary>
    [Parameter]
    public long Id { get; set; }

    private bool IsExposure => finding is not null && DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type) && type.IsExposure;

    private bool MayHandle => person?.Is(Role.Analyst, Role.ClinicalEngineer) == true;

    private bool MayJudge => person?.Is(Role.Analyst) == true || (IsExposure && person?.Is(Role.ClinicalEngineer) == true);

    private bool MayEnd => person?.Is(Role.Analyst) == true || (person?.Is(Role.ClinicalEngineer) == true && finding?.Suppression?.Owner == person.Name);

    private bool MaySuppress => MayJudge;

    private bool MayAsk => person?.Is(Role.Analyst, Role.ClinicalEngineer, Role.Administrator) == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        action = address.OneOf("do", Actions);
        person ??= Look.Reader(await Viewer.ActorAsync());
        if (finding is null || finding.Number != Id) await ReadFindingAsync(cancel);
        if (isWatching) return;
        isWatching = true;
        _ = WatchAsync();
    }

    private string To(string what) => $"/findings/{Id}?do={what}";

    private async Task ReadFindingAsync(CancellationToken cancel)
    {
        try
        {
            finding = await Findings.GetAsync(Id, person!.Departments, cancel);
            device = finding?.Subject.Device is { } subject ? (await Devices.GetAsync(subject, person.Departments, cancel))?.Line : null;
            others = finding?.Subject.Device is { } about ? await Findings.CountAsync(new FindingFilter { IsOpen = true, Subject = about, Visible = person.Departments }, cancel) : 0;
            // What an uploaded capture shows is a world of its own; its numbers are not the live network's.
            incident = finding is null || Look.Case is not null ? null : await Incidents.OfFindingAsync(Id, cancel);
            (isRead, isOutdated, failure) = (true, false, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    private Task ReloadAsync() => ReadFindingAsync(Closed);

    /// <summary>Looks now and then whether somebody decided something or it was seen again; shows it when asked.</summary>
    private async Task WatchAsync()
    {
        using PeriodicTimer timer = new(LookEvery, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Closed))
            {
                if (finding is not { } shown || isOutdated) continue;
                FindingDetail? now = await Findings.GetAsync(shown.Number, person?.Departments, Closed);
                if (now is null || !ReferenceEquals(shown, finding) || (now.Revision == shown.Revision && now.Count == shown.Count && now.Notes.Count == shown.Notes.Count)) continue;
                isOutdated = true;
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = e;
            await InvokeAsync(StateHasChanged);
        }
    }

    /// <summary>A change was tried: what stands now is shown; the form goes only when it was made.</summary>
    private async Task DoneAsync(Outcome outcome)
    {
        await ReloadAsync();
        if (outcome.IsDone) Navigation.NavigateTo($"/findings/{Id}");
        else StateHasChanged();
    }

    private async Task AskedAsync(long task)
    {
        await ReloadAsync();
        Navigation.NavigateTo($"/findings/{Id}");
    }

    private async Task CommentAsync()
    {
        Outcome outcome = await Commands.CommentAsync(person!, Id, comment, Closed);
        refused = outcome.IsDone ? null : Refusal(outcome);
        if (outcome.IsDone) comment = "";
        await ReloadAsync();
    }

    private string Refusal(Outcome outcome) => FindingRefusal.Of(outcome, W, F);

    private string Seen(Fact fact) => fact.Name is "responsible-department" ? Words.Of(W, "department", fact.Observed) : fact.Name is "life-cycle" ? Words.Of(W, "lifecycle", fact.Observed) : FactTexts.Observed(fact, F.IsChinese);

    private string? Value(FindingNote note) => note.Value is not { } value ? null : note.Action switch
    {
        "judged" or "closed" => W[$"verdict.{value}"],
        "moved" or "reopened" => W[$"findingstate.{value}"],
        _ => value,
    };
}
