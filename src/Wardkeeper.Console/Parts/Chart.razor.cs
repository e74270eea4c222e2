using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Wardkeeper.Console.Parts;

/// <summary>
/// A chart of counts by kind: horizontal bars from zero. The browser is sent data and never code; a bar opens exactly what it was
/// counted from, and the same values stand in a table.
/// </summary>
public sealed partial class Chart
{
    private ElementReference canvas;
    private IJSObjectReference? module;
    private DotNetObjectReference<Chart>? self;
    private string? sent;
    private bool asTable;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>What the chart shows, in one sentence.</summary>
    [Parameter]
    [EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The bars, from top to bottom.</summary>
    [Parameter]
    [EditorRequired]
    public IReadOnlyList<ChartPoint> Points { get; set; } = [];

    /// <summary>Head of the names' column.</summary>
    [Parameter]
    [EditorRequired]
    public string NameHead { get; set; } = "";

    /// <summary>Head of the values' column, with the unit.</summary>
    [Parameter]
    [EditorRequired]
    public string ValueHead { get; set; } = "";

    /// <summary>Height in pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 200;

    /// <summary>A bar was chosen.</summary>
    [JSInvokable]
    public void Open(int index)
    {
        if (index >= 0 && index < Points.Count) Navigation.NavigateTo(Points[index].Href);
    }

    /// <summary>Lets the browser's side go.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (module is not null)
            {
                await module.InvokeVoidAsync("drop", canvas);
                await module.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone and took the chart with it.
        }
        self?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        string data = JsonSerializer.Serialize(new { names = Points.Select(point => point.Name), values = Points.Select(point => point.Value), muted = Points.Select(point => point.IsMuted) });
        if (data == sent) return;
        sent = data;
        try
        {
            module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./_content/Wardkeeper.Console/chart.js");
            self ??= DotNetObjectReference.Create(this);
            await module.InvokeVoidAsync("bars", canvas, data, self);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }
}

/// <summary>A bar.</summary>
/// <param name="Name">What was counted.</param>
/// <param name="Value">How many.</param>
/// <param name="Href">Address of exactly the rows it was counted from.</param>
/// <param name="IsMuted">Drawn in grey: unknown, other.</param>
public sealed record ChartPoint(string Name, long Value, string Href, bool IsMuted = false);
