using Microsoft.Data.Sqlite;
using Wardkeeper.Platform.Access;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Platform.Trust;
using Wardkeeper.Platform.Up;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Running;

/// <summary>The hub as it runs: stores open, batches stored as they come. It is opened in order, and closed so that nothing that was acknowledged is missing.</summary>
internal sealed class HubRuntime(IServiceProvider services, StoreFactory stores) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource stop = new();
    private Task storing = Task.CompletedTask;
    private HubPath? path;

    /// <summary>The way batches take; after <see cref="OpenAsync"/>.</summary>
    public HubPath Path => path ?? throw new InvalidOperationException("The hub is not open.");

    /// <summary>Opens the stores and reads what the hub holds in memory.</summary>
    /// <exception cref="UserError">A store cannot be opened; says what to do.</exception>
    public async Task OpenAsync(Readiness readiness, CancellationToken cancel)
    {
        readiness.Wait("store");
        await StoreOpening.PrepareAsync(stores, services.GetRequiredService<DataFolder>(), cancel);
        readiness.Wait("history");
        services.GetRequiredService<HistoryStore>();
        readiness.Wait("ledger");
        path = services.GetRequiredService<HubPath>();
        services.GetRequiredService<SiteKnowledge>();
        await services.GetRequiredService<IntelligenceStore>().OpenAsync(cancel);
        await services.GetRequiredService<SignatureStore>().OpenAsync(cancel);
        await path.LoadAsync(cancel);
        await services.GetRequiredService<PolicyStore>().LoadAsync(cancel);
        await services.GetRequiredService<PlugReader>().LoadAsync(cancel);
        services.GetRequiredService<SliceKeeper>().Begin(path);
        await services.GetRequiredService<TrustLoad>().RunAsync(cancel);
        FirstPassword = await services.PrepareAccessAsync(cancel);
    }

    /// <summary>The first administrator's password, when this start made him; told once.</summary>
    public string? FirstPassword { get; private set; }

    /// <summary>Begins to store what comes.</summary>
    public void Run() => storing = Task.Run(() => Path.RunAsync(stop.Token));

    /// <summary>Stores what has come, as far as the stores take it, and ends. What is left waits in the spools.</summary>
    public async Task CloseAsync()
    {
        path?.Complete();
        if (await Task.WhenAny(storing, Task.Delay(Patience)) != storing) await stop.CancelAsync();
        try
        {
            await storing;
        }
        catch (OperationCanceledException)
        {
            // A store that refuses does not keep the program.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (path is not null) await path.DisposeAsync();
        // The last connection that closes brings the write-ahead log into the database.
        if (stores.IsSqlite) SqliteConnection.ClearAllPools();
        stop.Dispose();
    }
}
