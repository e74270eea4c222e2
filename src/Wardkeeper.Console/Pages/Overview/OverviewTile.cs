using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>What tiles have in common: whom they are for, what moment they speak of, and that they read anew when either changes.</summary>
public abstract class OverviewTile : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource closed = new();
    private OverviewLook? read;

    /// <summary>Who looks.</summary>
    [Parameter]
    [EditorRequired]
    public Actor Person { get; set; } = null!;

    /// <summary>The moment.</summary>
    [Parameter]
    [EditorRequired]
    public OverviewLook Look { get; set; } = null!;

    /// <summary>The ledger.</summary>
    [Inject]
    protected IDeviceQueries Devices { get; set; } = null!;

    /// <summary>Texts of the page.</summary>
    [Inject]
    protected IStringLocalizer<OverviewPage> T { get; set; } = null!;

    /// <summary>Shared words.</summary>
    [Inject]
    protected IStringLocalizer<Words> W { get; set; } = null!;

    /// <summary>How this person reads.</summary>
    [Inject]
    protected Formats F { get; set; } = null!;

    /// <summary>Whether the tile has been read once.</summary>
    protected bool IsRead { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what the tile shows.</summary>
    protected abstract Task ReadAsync(CancellationToken cancel);

    /// <summary>Counts devices that this person may see.</summary>
    protected Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel) => Devices.CountAsync(filter with { Visible = Person.Departments }, cancel);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Look == read) return;
        read = Look;
        try
        {
            await ReadAsync(closed.Token);
            IsRead = true;
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The page is left.
        }
    }

    /// <summary>Stops waiting.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        closed.Cancel();
        closed.Dispose();
    }
}
