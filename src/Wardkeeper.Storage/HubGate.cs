using System.Data.Common;

namespace Wardkeeper.Storage;

/// <summary>
/// The one door to changes of the hub's state: batches from sensors and edits by people pass one at a time, so that an edit's
/// transaction, its audit entry and its change in memory are one step to everything else. An edit stores first and changes memory
/// only when the commit held.
/// </summary>
internal sealed class HubGate(StoreFactory stores) : IDisposable
{
    private readonly SemaphoreSlim door = new(1, 1);
    private readonly AsyncLocal<Passage?> passage = new();

    /// <summary>The connection and the transaction of the edit that is being stored; null outside of one. The audit log writes into it.</summary>
    public (DbConnection Connection, DbTransaction Transaction)? Current => passage.Value is { } current ? (current.Connection, current.Transaction) : null;

    /// <summary>What must be stored before an edit is: memory that a batch changed and that a full disk kept from being stored. Null when there is none.</summary>
    internal Func<Task>? Unsaved { get; set; }

    /// <summary>Stores a change in a transaction of its own and waits until it is committed.</summary>
    /// <param name="store">Writes. Must not change memory: the commit may still fail.</param>
    /// <param name="held">Changes memory, after the commit and before anybody else passes.</param>
    /// <param name="cancel">Stops waiting for the door; what passed it is finished.</param>
    public async Task RunAsync(Func<DbConnection, DbTransaction, Task> store, Action? held = null, CancellationToken cancel = default) =>
        await RunAsync(
            async (connection, transaction) =>
            {
                await store(connection, transaction);
                return true;
            },
            held is null ? null : _ => held(),
            cancel);

    /// <summary>Stores a change in a transaction of its own and waits until it is committed.</summary>
    /// <typeparam name="T">What the change gives.</typeparam>
    /// <param name="store">Writes. Must not change memory: the commit may still fail.</param>
    /// <param name="held">Changes memory, after the commit and before anybody else passes.</param>
    /// <param name="cancel">Stops waiting for the door; what passed it is finished.</param>
    public async Task<T> RunAsync<T>(Func<DbConnection, DbTransaction, Task<T>> store, Action<T>? held = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using IDisposable pass = await EnterAsync(cancel);
        if (Unsaved is { } unsaved) await unsaved();
        await using DbConnection connection = await stores.ConnectAsync(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        T result;
        try
        {
            passage.Value = new Passage(connection, transaction);
            result = await store(connection, transaction);
        }
        finally
        {
            passage.Value = null;
        }
        await transaction.CommitAsync(CancellationToken.None);
        held?.Invoke(result);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => door.Dispose();

    /// <summary>Waits until nobody else is inside; the caller disposes of what it gets. Not re-entrant.</summary>
    internal async Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        if (passage.Value is not null) throw new InvalidOperationException("An edit may not start another edit inside its own.");
        await door.WaitAsync(cancel);
        return new Leave(door);
    }

    private sealed record Passage(DbConnection Connection, DbTransaction Transaction);

    private sealed class Leave(SemaphoreSlim door) : IDisposable
    {
        public void Dispose() => door.Release();
    }
}
