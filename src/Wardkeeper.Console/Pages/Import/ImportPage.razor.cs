using Microsoft.AspNetCore.Components.Forms;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Import;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Pages.Import;

/// <summary>Does the hospital's register agree with the network? A file goes in, three counts come out; nothing changes before it is applied.</summary>
public sealed partial class ImportPage
{
    private static readonly string[] Shown = [.. ColumnText.Outcomes.Keys, "only-on-network"];
    private TableView view = new();
    private ImportLine? import;
    private Actor? person;
    private Exception? failure;
    private string[] problems = [];
    private string? show;
    private long? number;
    private bool withProblems, isRead, busy, isPublishing;
    private int version;

    private bool MayImport => person?.Is(Role.ClinicalEngineer, Role.Administrator) == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        number = address.Number("n", 1, int.MaxValue);
        isPublishing = address.OneOf("kind", ["register", "publishing"]) == "publishing";
        show = address.OneOf("show", Shown);
        withProblems = address.YesNo("problems") == true;
        view = TableView.Read(address, []);
        person ??= await Viewer.ActorAsync();
        if (import?.Number != number) import = null;
        try
        {
            if (number is { } wanted && import is null && !isPublishing) import = await Imports.GetAsync(wanted, cancel);
            failure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
        isRead = true;
    }

    private async Task UploadAsync(InputFileChangeEventArgs chosen)
    {
        if (busy || person is null) return;
        (busy, problems, failure) = (true, [], null);
        StateHasChanged();
        try
        {
            RegisterTable table = await ReadAsync(chosen.File);
            import = await Imports.PreviewAsync(person, chosen.File.Name, table, null, Closed);
            Navigation.NavigateTo($"/import?n={import.Number}");
        }
        catch (TableFileException wrong)
        {
            problems = [T[$"file.{wrong.Code}", wrong.Detail]];
        }
        catch (RefusedException refused)
        {
            problems = [.. refused.Mistakes.Select(mistake => Text(mistake))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
        busy = false;
    }

    /// <summary>The table in a chosen file.</summary>
    internal static async Task<RegisterTable> ReadAsync(IBrowserFile file)
    {
        if (file.Size > TableFile.MaxBytes) throw new TableFileException("too-large", (TableFile.MaxBytes >> 20) + " MB");
        using MemoryStream bytes = new();
        await using Stream from = file.OpenReadStream(TableFile.MaxBytes);
        await from.CopyToAsync(bytes);
        byte[] all = bytes.ToArray();
        // A large workbook takes seconds; the circuit answers meanwhile.
        return await Task.Run(() => TableFile.Read(all));
    }

    private string Text(Mistake mistake) => T[$"refused.{mistake.Code}"] is { ResourceNotFound: false } text ? text : F.IsChinese ? W["refused.invalid"] : mistake.Message;

    private async Task ChangedAsync(ImportLine? changed)
    {
        version++;
        import = changed ?? (number is { } again ? await Imports.GetAsync(again, Closed) : null);
    }
}
