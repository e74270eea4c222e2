using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Pages.Import;

/// <summary>One import: how register and network agree, row by row, and what can be done about it.</summary>
public sealed partial class ImportResult
{
    private LedgerTable<ImportRow>? table;
    private string[] problems = [];
    private Exception? failure;
    private bool busy;

    /// <summary>The import.</summary>
    [Parameter]
    [EditorRequired]
    public ImportLine Import { get; set; } = null!;

    /// <summary>Which rows are shown; null is all.</summary>
    [Parameter]
    public string? Show { get; set; }

    /// <summary>Whether only rows with mistakes are shown.</summary>
    [Parameter]
    public bool WithProblems { get; set; }

    /// <summary>How the table is looked at.</summary>
    [Parameter]
    [EditorRequired]
    public TableView View { get; set; } = new();

    /// <summary>Who looks.</summary>
    [Parameter]
    [EditorRequired]
    public Actor Person { get; set; } = null!;

    /// <summary>Grows with every change, so that rows are read again.</summary>
    [Parameter]
    public int Version { get; set; }

    /// <summary>Called with the import after it changed; null asks the page to read it again.</summary>
    [Parameter]
    [EditorRequired]
    public EventCallback<ImportLine?> OnChanged { get; set; }

    private bool MayImport => Person.Is(Role.ClinicalEngineer, Role.Administrator);

    private long Taken => Import.Rows.GetValueOrDefault(RowOutcome.Matched) + Import.Rows.GetValueOrDefault(RowOutcome.OnlyInRegister);

    private long Doubtful => Import.Rows.GetValueOrDefault(RowOutcome.Doubtful);

    private static bool IsMistake(RegisterProblem problem) => problem.Code is not ("differs" or "not-taken" or "not-yours");

    private IEnumerable<(string Key, long Count)> Sums()
    {
        yield return ("matched", Import.Rows.GetValueOrDefault(RowOutcome.Matched));
        yield return ("only-in-register", Import.Rows.GetValueOrDefault(RowOutcome.OnlyInRegister));
        yield return ("only-on-network", Import.OnlyOnNetwork);
        yield return ("doubtful", Doubtful);
        yield return ("left-out", Import.Rows.GetValueOrDefault(RowOutcome.LeftOut));
    }

    private string To(string? show) => new AddressBuilder("/import").Set("n", (int)Import.Number).Set("show", show).ToString();

    private string Address(TableView view) => view.Write(new AddressBuilder("/import").Set("n", (int)Import.Number).Set("show", Show).Set("problems", WithProblems ? true : null)).ToString();

    private string Against(string code) => code.StartsWith("row-", StringComparison.Ordinal) ? T["against.row", code[4..]] : T[$"against.{code}"];

    private string Said(RegisterProblem problem) => IsMistake(problem)
        ? problem.Column == 0 ? T[$"problem.{problem.Code}"] : T["problem.at", problem.Heading, problem.Cell, T[$"problem.{problem.Code}"]]
        : T[$"note.{problem.Code}", Words.Of(W, "field", problem.Heading), FieldText.Of(problem.Heading, problem.Cell, F, W)];

    private Task RemapAsync(int column, string? field) => RunAsync(() =>
    {
        string?[] mapping = [.. Import.Mapping];
        string? chosen = string.IsNullOrEmpty(field) ? null : field;
        // A field stands for one column: chosen anew, it leaves the other.
        for (int i = 0; i < mapping.Length; i++) mapping[i] = i == column ? chosen : mapping[i] == chosen ? null : mapping[i];
        return Imports.RemapAsync(Person, Import.Number, mapping);
    });

    private Task ApplyAsync() => RunAsync(() => Imports.ApplyAsync(Person, Import.Number));

    private Task UndoAsync(string reason) => RunAsync(() => Imports.UndoAsync(Person, Import.Number, reason));

    private async Task DecidedAsync(RowDecision decision)
    {
        bool done = await Imports.DecideAsync(Person, Import.Number, [decision]);
        problems = done ? [] : [T["refused.decision-impossible"]];
        if (done) await OnChanged.InvokeAsync(null);
    }

    private async Task RunAsync(Func<Task<ImportLine?>> change)
    {
        if (busy) return;
        (busy, problems, failure) = (true, [], null);
        StateHasChanged();
        (problems, failure) = await Refusal.TryAsync(async () => await OnChanged.InvokeAsync(await change()));
        busy = false;
    }
}
