using Microsoft.AspNetCore.Components;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Parts;

/// <summary>
/// The one table of the console: pages come from the hub, order and page and columns live in the address, rows never move under
/// the eye. New rows are announced and shown when asked for, and not even announced while the person pauses.
/// </summary>
/// <typeparam name="TRow">A row.</typeparam>
public sealed partial class LedgerTable<TRow> : IAsyncDisposable
{
    /// <summary>Rows on a page.</summary>
    public const int PageSize = 50;

    /// <summary>How often new rows are looked for; also the least time between two announcements to screen readers.</summary>
    private static readonly TimeSpan NewerEvery = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closed = new();
    private CancellationTokenSource? loadingNow;
    private Page<TRow>? rows;
    private TableSelection selection = TableSelection.None;
    private Exception? failure;
    private string? loaded;
    private string? loadedSource;

    // The address whose rows are shown: what waits for them knows when they are there.
    private string? shownAt;
    private bool loading;
    private long newer;

    // By the clock on the wall: when the rows were read, and since when the person wants to be left in peace.
    private CaptureTime readAt;
    private CaptureTime? pausedAt;
    private Task watching = Task.CompletedTask;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Short name, unique on the page.</summary>
    [Parameter]
    [EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>What the rows are, for screen readers.</summary>
    [Parameter]
    [EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>All columns; the first is always shown and stays when the table scrolls sideways.</summary>
    [Parameter]
    [EditorRequired]
    public IReadOnlyList<LedgerColumn<TRow>> Columns { get; set; } = [];

    /// <summary>Order, page and columns as the address says.</summary>
    [Parameter]
    [EditorRequired]
    public TableView View { get; set; } = new();

    /// <summary>Order when the address names none.</summary>
    [Parameter]
    [EditorRequired]
    public SortOrder DefaultSort { get; set; }

    /// <summary>The filter as one text, for example the address without order and page: rows are read anew when it changes.</summary>
    [Parameter]
    [EditorRequired]
    public string Source { get; set; } = "";

    /// <summary>Address of the same rows looked at differently.</summary>
    [Parameter]
    [EditorRequired]
    public Func<TableView, string> To { get; set; } = null!;

    /// <summary>Reads a page.</summary>
    [Parameter]
    [EditorRequired]
    public Func<SortOrder, PageRequest, CancellationToken, Task<Page<TRow>>> Load { get; set; } = null!;

    /// <summary>Key of a row, stable and unique.</summary>
    [Parameter]
    [EditorRequired]
    public Func<TRow, string> Key { get; set; } = null!;

    /// <summary>What is shown instead of rows when there is none.</summary>
    [Parameter]
    [EditorRequired]
    public RenderFragment Empty { get; set; } = null!;

    /// <summary>Key of the row whose card is open.</summary>
    [Parameter]
    public string? At { get; set; }

    /// <summary>Address with the card of a row open.</summary>
    [Parameter]
    public Func<string, string>? AtTo { get; set; }

    /// <summary>Card of a row, beside the table.</summary>
    [Parameter]
    public RenderFragment<TRow>? Card { get; set; }

    /// <summary>What can be done with the selected rows. Without it nothing can be selected.</summary>
    [Parameter]
    public RenderFragment<TableSelection>? Actions { get; set; }

    /// <summary>Further tools of the page, before the column chooser.</summary>
    [Parameter]
    public RenderFragment? Tools { get; set; }

    /// <summary>Files that hold every row that matches.</summary>
    [Parameter]
    public IReadOnlyList<TableExport> Exports { get; set; } = [];

    /// <summary>Counts rows that appeared after the page shown was read; null when nothing can be counted.</summary>
    [Parameter]
    public Func<Page<TRow>, CancellationToken, Task<long>>? CountNewer { get; set; }

    /// <summary>The table's name when its views can be kept.</summary>
    [Parameter]
    public string? Views { get; set; }

    private IEnumerable<LedgerColumn<TRow>> Shown => Columns.Where(IsShown);

    private long LastPage => rows is null ? 1 : Math.Max(1, (rows.Total + PageSize - 1) / PageSize);

    private long First => ((View.Page - 1L) * PageSize) + 1;

    /// <summary>Reads the rows again, after something was changed.</summary>
    public Task ReloadAsync() => ReadAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await watching;
        loadingNow?.Dispose();
        closed.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        if (CountNewer is not null) watching = WatchAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        string wanted = $"{Source}|{View.Sort}|{View.Page}";
        if (wanted == loaded)
        {
            if (!loading) shownAt = Navigation.Uri;
            return;
        }
        loaded = wanted;
        if (loadedSource != Source) (loadedSource, selection) = (Source, TableSelection.None);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        loadingNow?.Cancel();
        loadingNow?.Dispose();
        loadingNow = CancellationTokenSource.CreateLinkedTokenSource(closed.Token);
        CancellationToken cancel = loadingNow.Token;
        loading = true;
        try
        {
            Page<TRow> read = await Load(View.Sort ?? DefaultSort, new PageRequest(View.Page, PageSize), cancel);
            if (cancel.IsCancellationRequested) return;
            (rows, failure, newer, readAt) = (read, null, 0, Clock.Now());
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = e;
        }
        loading = false;
        shownAt = Navigation.Uri;
        StateHasChanged();
    }

    private async Task WatchAsync()
    {
        using PeriodicTimer timer = new(NewerEvery, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                if (pausedAt is null && await CountAsync()) await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What is shown stays right; only the announcement of new rows ends, and the next view starts it again.
            failure = e;
            await InvokeAsync(StateHasChanged);
        }
    }

    /// <summary>Counts what is newer than what is shown. True when the count is another one.</summary>
    private async Task<bool> CountAsync()
    {
        if (rows is not { } shown || loading || CountNewer is null) return false;
        long count = await CountNewer(shown, closed.Token);
        if (count == newer || !ReferenceEquals(shown, rows)) return false;
        newer = count;
        return true;
    }

    /// <summary>Stops looking for new rows, or looks again at once. What is captured and stored does not depend on it.</summary>
    private async Task PauseAsync()
    {
        pausedAt = pausedAt is null ? Clock.Now() : null;
        if (pausedAt is null) await CountAsync();
    }

    private Task ShowNewer() => ReadAsync();

    private bool IsShown(LedgerColumn<TRow> column) =>
        ReferenceEquals(column, Columns[0]) || (View.Columns is { } chosen ? chosen.Contains(column.Key) : column.IsDefault);

    private string[] Toggled(string key)
    {
        HashSet<string> chosen = [.. Shown.Skip(1).Select(column => column.Key)];
        if (!chosen.Remove(key)) chosen.Add(key);
        return [.. Columns.Skip(1).Select(column => column.Key).Where(chosen.Contains)];
    }

    private string? SortOf(LedgerColumn<TRow> column)
    {
        SortOrder sort = View.Sort ?? DefaultSort;
        return column.Sort is null || column.Sort != sort.Column ? null : sort.Descending ? "descending" : "ascending";
    }

    private void Select(string key, bool isSelected)
    {
        IEnumerable<string> before = selection.IsAll && rows is not null ? rows.Items.Select(Key) : selection.Keys;
        HashSet<string> keys = [.. before];
        if (isSelected) keys.Add(key);
        else keys.Remove(key);
        selection = new TableSelection([.. keys], false, keys.Count);
    }

    private void SelectAll() => selection = new TableSelection([], true, rows?.Total ?? 0);

    private void SelectNone() => selection = TableSelection.None;
}

/// <summary>A file with every row that matches.</summary>
/// <param name="Format">XLSX or CSV.</param>
/// <param name="Href">Where it is made.</param>
public sealed record TableExport(string Format, string Href);
