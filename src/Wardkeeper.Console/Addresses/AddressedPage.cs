using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Wardkeeper.Console.Addresses;

/// <summary>
/// A page whose view is its address. It reads its view when it is opened and whenever the address changes under it (filter, sort,
/// page, Back), and never keeps a view anywhere else.
/// </summary>
public abstract class AddressedPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource closed = new();
    private CancellationTokenSource? reading;
    private string? read;

    /// <summary>Where we are and how to go elsewhere.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The address as it was last read.</summary>
    protected AddressQuery Address { get; private set; } = AddressQuery.Of("/");

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Closed => closed.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the view from the address and loads what it needs.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancel">Cancelled when the address changes again or the page is left.</param>
    protected abstract Task ReadAsync(AddressQuery address, CancellationToken cancel);

    /// <inheritdoc/>
    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReadOnceAsync(Navigation.Uri);

    /// <summary>Stops listening and waiting.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Navigation.LocationChanged -= OnLocationChanged;
        closed.Cancel();
        reading?.Dispose();
        closed.Dispose();
    }

    private async Task ReadOnceAsync(string uri)
    {
        if (read == uri) return;
        read = uri;
        reading?.Cancel();
        reading?.Dispose();
        reading = CancellationTokenSource.CreateLinkedTokenSource(closed.Token);
        CancellationToken cancel = reading.Token;
        Address = AddressQuery.Of(uri);
        // Which world is looked at is the frame's affair; the pages that can look at captures take the key for granted.
        if (Session.Look.IsPage(Address.Path)) Address.One(Session.Look.Key);
        try
        {
            await ReadAsync(Address, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // A newer view is being read.
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        // The router replaces the page when the path changes; only the query is this page's affair.
        if (AddressQuery.Of(e.Location).Path != Address.Path) return;
        _ = InvokeAsync(async () =>
        {
            if (closed.IsCancellationRequested) return;
            Task done = ReadOnceAsync(e.Location);
            StateHasChanged();
            await done;
            StateHasChanged();
        });
    }
}
