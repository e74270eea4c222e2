using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Parts;

/// <summary>Bytes over time as stacked areas, at most six and the rest. A click opens the span of time, and the same values stand in a table.</summary>
public sealed partial class AreaChart
{
    private ElementReference canvas;
    private IJSObjectReference? module;
    private DotNetObjectReference<AreaChart>? self;
    private string? sent;
    private bool asTable;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>What the chart shows, in one sentence.</summary>
    [Parameter]
    [EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>Head of the column of times.</summary>
    [Parameter]
    [EditorRequired]
    public string TimeHead { get; set; } = "";

    /// <summary>The areas, the largest first.</summary>
    [Parameter]
    [EditorRequired]
    public IReadOnlyList<AreaSeries> Series { get; set; } = [];

    /// <summary>Spans of time without gaps, each with a value for every series.</summary>
    [Parameter]
    [EditorRequired]
    public IReadOnlyList<AreaPoint> Points { get; set; } = [];

    /// <summary>Height in pixels.</summary>
    [Parameter]
    public int Height { get; set; } = 120;

    /// <summary>A span of time was chosen.</summary>
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
        string data = JsonSerializer.Serialize(new { times = Points.Select(point => F.Minute(point.At)), series = Series.Select((one, i) => new { name = one.Name, muted = one.IsMuted, values = Points.Select(point => point.Values[i]) }) });
        if (data == sent) return;
        sent = data;
        try
        {
            module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./_content/Wardkeeper.Console/chart.js");
            self ??= DotNetObjectReference.Create(this);
            await module.InvokeVoidAsync("areas", canvas, data, self);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }
}

/// <summary>An area.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsMuted">Drawn in grey: the rest.</param>
public sealed record AreaSeries(string Name, bool IsMuted = false);

/// <summary>A span of time.</summary>
/// <param name="At">Its begin.</param>
/// <param name="Values">Bytes by series.</param>
/// <param name="Href">Address of exactly this span.</param>
public sealed record AreaPoint(CaptureTime At, IReadOnlyList<long> Values, string Href);
