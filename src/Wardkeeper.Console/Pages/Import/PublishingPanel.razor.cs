using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Pages.Import;

/// <summary>What is published outside? The border's table goes in, its services and their devices come out; nothing follows before it is put in force.</summary>
public sealed partial class PublishingPanel
{
    private PublishingLine? table;
    private Exception? failure;
    private string[] problems = [];
    private bool busy, isRead;

    /// <summary>The table that is shown; null for all.</summary>
    [Parameter]
    public long? Number { get; set; }

    /// <summary>How the table is looked at.</summary>
    [Parameter]
    [EditorRequired]
    public TableView View { get; set; } = new();

    /// <summary>Who looks.</summary>
    [Parameter]
    [EditorRequired]
    public Actor Person { get; set; } = null!;

    private bool MayImport => Person.May("POST", "/api/v1/publishings");

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Number == table?.Number && isRead) return;
        table = Number is { } wanted ? await Tables.GetAsync(wanted) : null;
        isRead = true;
    }

    private async Task TakeAsync(string name, RegisterTable read)
    {
        PublishingLine made = await Tables.PreviewAsync(Person, name, read);
        Navigation.NavigateTo($"/import?kind=publishing&n={made.Number}");
    }

    private Task ApplyAsync() => RunAsync(() => Tables.ApplyAsync(Person, table!.Number));

    private Task UndoAsync(string reason) => RunAsync(() => Tables.UndoAsync(Person, table!.Number, reason));

    private async Task RunAsync(Func<Task<PublishingLine?>> change)
    {
        if (busy) return;
        (busy, problems, failure) = (true, [], null);
        StateHasChanged();
        (problems, failure) = await Refusal.TryAsync(async () => table = await change() ?? table);
        busy = false;
    }
}
