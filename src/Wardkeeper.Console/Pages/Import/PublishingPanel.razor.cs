using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Import;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
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

    private Task UploadAsync(InputFileChangeEventArgs chosen) => RunAsync(async () =>
    {
        RegisterTable read = await ImportPage.ReadAsync(chosen.File);
        PublishingLine made = await Tables.PreviewAsync(Person, chosen.File.Name, read);
        Navigation.NavigateTo($"/import?kind=publishing&n={made.Number}");
        return null;
    });

    private Task ApplyAsync() => RunAsync(() => Tables.ApplyAsync(Person, table!.Number));

    private Task UndoAsync(string reason) => RunAsync(() => Tables.UndoAsync(Person, table!.Number, reason));

    private async Task RunAsync(Func<Task<PublishingLine?>> change)
    {
        if (busy) return;
        (busy, problems, failure) = (true, [], null);
        StateHasChanged();
        try
        {
            if (await change() is { } changed) table = changed;
        }
        catch (TableFileException wrong)
        {
            problems = [T[$"file.{wrong.Code}", wrong.Detail]];
        }
        catch (RefusedException refused)
        {
            problems = [.. refused.Mistakes.Select(mistake => (string)(T[$"refused.{mistake.Code}"] is { ResourceNotFound: false } text ? text : F.IsChinese ? W["refused.invalid"] : mistake.Message))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
        busy = false;
    }
}
