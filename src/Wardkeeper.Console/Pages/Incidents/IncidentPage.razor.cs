using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;

namespace Wardkeeper.Console.Pages.Incidents;

/// <summary>One incident: what happened in which order, whom it affects, what is being done. What is being done is part of the address.</summary>
public sealed partial class IncidentPage
{
    /// <summary>Steps that a page shows; the rest is told as a number.</summary>
    private const int StepsShown = 100;

    private static readonly string[] Actions = ["move", "assign", "close", "merge", "split"];
    private IncidentDetail? incident;
    private IncidentImpact? impact;
    private Actor? person;
    private Exception? failure;
    private string? action;
    private string? refused;
    private string comment = "";
    private bool isRead;

    /// <summary>The incident's number.</summary>
    [Parameter]
    public long Id { get; set; }

    private bool MayHandle => person?.Is(Role.Analyst, Role.ClinicalEngineer) == true;

    private bool MayJudge => person?.Is(Role.Analyst) == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        action = address.OneOf("do", Actions);
        person ??= await Viewer.ActorAsync();
        if (incident is null || incident.Number != Id) await ReadIncidentAsync(cancel);
    }

    private string To(string what) => $"/incidents/{Id}?do={what}";

    private async Task ReadIncidentAsync(CancellationToken cancel)
    {
        try
        {
            incident = await Incidents.GetAsync(Id, person!.Departments, cancel);
            impact = incident is null ? null : await IncidentImpact.OfAsync(incident, Devices, History, person.Departments, cancel);
            (isRead, failure) = (true, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    /// <summary>A change was tried: what stands now is shown; the form goes only when it was made.</summary>
    private async Task DoneAsync(Outcome outcome, long? to)
    {
        await ReadIncidentAsync(Closed);
        if (outcome.IsDone) Navigation.NavigateTo($"/incidents/{to ?? Id}");
        else StateHasChanged();
    }

    private async Task CommentAsync()
    {
        Outcome outcome = await Commands.CommentAsync(person!, Id, comment, Closed);
        refused = outcome.IsDone ? null : FindingRefusal.Of(outcome, W, F);
        if (outcome.IsDone) comment = "";
        await ReadIncidentAsync(Closed);
    }

    private async Task UndoAsync(long operation)
    {
        Outcome outcome = await Commands.UndoAsync(person!, operation, string.IsNullOrWhiteSpace(comment) ? T["undo.reason"] : comment, Closed);
        refused = outcome.IsDone ? null : FindingRefusal.Of(outcome, W, F);
        await ReadIncidentAsync(Closed);
    }
}
