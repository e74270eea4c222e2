using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
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
    private string? show;
    private long? number;
    private bool withProblems, isRead, isPublishing;
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

    private async Task TakeAsync(string name, RegisterTable table)
    {
        import = await Imports.PreviewAsync(person!, name, table, null, Closed);
        Navigation.NavigateTo($"/import?n={import.Number}");
    }

    private async Task ChangedAsync(ImportLine? changed)
    {
        version++;
        import = changed ?? (number is { } again ? await Imports.GetAsync(again, Closed) : null);
    }
}
