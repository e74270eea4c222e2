using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Captures;

/// <summary>What is in this file? Captures are dropped here, wait for their turn, and open as worlds of their own.</summary>
public sealed partial class CapturesPage : IAsyncDisposable
{
    private const int MostRefused = 5;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly List<(string Name, string Code, string Detail)> refused = [];
    private CapturesQuery query = CapturesQuery.All;
    private IReadOnlyList<LedgerColumn<CaseLine>> columns = [];
    private LedgerTable<CaseLine>? table;
    private (string Name, double Share, int Left)? sending;
    private CaseLine? deleting;
    private Actor? person;
    private ElementReference input;
    private IJSObjectReference? module;
    private DotNetObjectReference<CapturesPage>? self;
    private bool isListening, isBusy;

    private bool MayUpload => person?.Departments is null && person.May("POST", "/api/v1/captures");

    /// <summary>A file is on its way.</summary>
    [JSInvokable]
    public void Sending(string name, double share, int rest)
    {
        if (sending is null) refused.Clear();
        sending = (name, Math.Clamp(share, 0, 1), rest);
        StateHasChanged();
    }

    /// <summary>A file arrived, or was refused with a code.</summary>
    [JSInvokable]
    public async Task Sent(string name, string code, string detail)
    {
        if (code.Length > 0 && code != "aborted" && refused.Count < MostRefused) refused.Add((name, code, detail));
        if (table is not null) await table.ReloadAsync();
        StateHasChanged();
    }

    /// <summary>Nothing more is on its way.</summary>
    [JSInvokable]
    public void Over()
    {
        sending = null;
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        self?.Dispose();
        if (module is null) return;
        try
        {
            await module.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser is gone, and the module with it.
        }
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = CapturesQuery.Read(address);
        columns = Columns();
        person ??= await Viewer.ActorAsync();
        deleting = query.Delete is { } number && await Cases.GetAsync(person, number, cancel) is { } line && MayChange(line) ? line : null;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) _ = WatchAsync();
        if (isListening || !MayUpload || person is null) return;
        isListening = true;
        module = await Js.InvokeAsync<IJSObjectReference>("import", Closed, "./_content/Wardkeeper.Console/captures.js");
        self = DotNetObjectReference.Create(this);
        await module.InvokeVoidAsync("listen", Closed, input, self);
    }

    private bool MayChange(CaseLine line) => MayUpload && (line.By == person!.Name || person.Is(Role.Administrator));

    private CaptureTime Ago(int days) => Clock.Now().Plus(TimeSpan.FromDays(-days));

    private async Task<Page<CaseLine>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<CaseLine> found = await Cases.ListAsync(person!, query.Filter, page, cancel);
        isBusy = found.Items.Any(line => line.State is CaseState.Queued or CaseState.Analysing);
        return found;
    }

    /// <summary>Rows change in place when something is told of, and once a second while one is read.</summary>
    private async Task WatchAsync()
    {
        CancellationToken left = Closed;
        using IChangeSubscription changes = Changes.Subscribe();
        try
        {
            Task<Change> told = changes.NextAsync(left).AsTask();
            while (!left.IsCancellationRequested)
            {
                await Task.WhenAny(told, Task.Delay(LookEvery, Clock, left));
                bool isNews = told.IsCompleted && (await told).Topic is CaseTopic.Name or Change.Reload;
                if (told.IsCompleted) told = changes.NextAsync(left).AsTask();
                if ((isNews || isBusy) && table is { } rows) await InvokeAsync(rows.ReloadAsync);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }

    private async Task AbortAsync()
    {
        if (module is not null) await module.InvokeVoidAsync("cancel", Closed);
    }

    private async Task CancelAsync(CaseLine line)
    {
        await Cases.CancelAsync(person!, line.Number, Closed);
        if (table is not null) await table.ReloadAsync();
    }

    private IReadOnlyList<PreviewLine> Falls(CaseLine line) =>
    [
        new(W["page.devices"], line.Devices, CapturesQuery.In("/devices", line.Number)),
        new(W["page.findings"], line.Findings, CapturesQuery.In("/findings", line.Number)),
        new(T["column.packets"], Text: Formats.Count(line.Packets)),
        new(T["file"], Text: line.HasFile ? $"{line.Name}, {Formats.Bytes(line.Size)}" : T["file.gone"]),
        new(T["delete.live"], Text: T["delete.live.text"]),
    ];

    private async Task DeleteAsync(string reason)
    {
        if (deleting is { } line) await Cases.DeleteAsync(person!, line.Number, reason, Closed);
        Navigation.NavigateTo((query with { Delete = null, At = null }).Address());
        if (table is not null) await table.ReloadAsync();
    }

    private string Refusal(string code, string detail) => T[$"refused.{code}"] is { ResourceNotFound: false } text ? $"{text.Value} {(F.IsChinese ? "" : detail)}".Trim() : detail;
}
