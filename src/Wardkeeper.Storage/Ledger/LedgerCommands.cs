using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>
/// Carries out edits: tried in memory, stored with their audit entries in one transaction, taken back, and done for good once the
/// commit held. Nobody else passes the gate meanwhile, so the second time gives the same numbers as the first.
/// </summary>
internal sealed class LedgerCommands(HubGate gate, LedgerPart part, IAuditLog audit, TimeProvider clock) : ILedgerCommands
{
    /// <inheritdoc/>
    public Task<LedgerResult> ApplyAsync(Actor who, IReadOnlyList<LedgerChange> changes, string? reason = null, CancellationToken cancel = default) => ApplyAsync(who, changes, reason, null, cancel);

    /// <inheritdoc/>
    public Task<LedgerResult> UndoAsync(Actor who, long operation, string? reason = null, CancellationToken cancel = default) => UndoAsync(who, operation, reason, null, cancel);

    /// <summary>Makes changes and stores with them, in the same transaction, what depends on them.</summary>
    internal Task<LedgerResult> ApplyAsync(Actor who, IReadOnlyList<LedgerChange> changes, string? reason, Func<DbTransaction, LedgerResult, Task>? with, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(changes);
        CaptureTime at = clock.Now();
        return RunAsync(who, _ => (LedgerEditor editor, out Action? takeBack) => editor.Apply(who, changes, reason, at, out takeBack), with, cancel);
    }

    /// <summary>Undoes an operation and stores with it, in the same transaction, what depends on it.</summary>
    internal Task<LedgerResult> UndoAsync(Actor who, long operation, string? reason, Func<DbTransaction, LedgerResult, Task>? with, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        CaptureTime at = clock.Now();
        return RunAsync(
            who,
            connection =>
            {
                IReadOnlyList<LedgerEvent> events = EventReader.OfOperation(connection.Connection, connection.Transaction, operation);
                return (LedgerEditor editor, out Action? takeBack) => editor.Undo(who, events, reason, at, out takeBack);
            },
            with,
            cancel);
    }

    private delegate LedgerResult Edit(LedgerEditor editor, out Action? takeBack);

    private async Task<LedgerResult> RunAsync(Actor who, Func<(DbConnection Connection, DbTransaction Transaction), Edit> prepare, Func<DbTransaction, LedgerResult, Task>? with, CancellationToken cancel)
    {
        Edit? edit = null;
        return await gate.RunAsync(
            async (connection, transaction) =>
            {
                edit = prepare((connection, transaction));
                LiveLedger ledger = part.Ledger;
                LedgerEvent[] events = [];
                LedgerResult result = edit(new LedgerEditor(ledger), out Action? takeBack);
                if (takeBack is null) return result;
                Action undecide = () => { };
                try
                {
                    IReadOnlyList<DeviceState> decided = [];
                    undecide = ledger.Try(() => decided = ledger.Decide());
                    events = [.. ledger.Changes.Events];
                    new LedgerWriter(connection, transaction).Write(ledger, decided);
                }
                finally
                {
                    undecide();
                    takeBack();
                }
                if (with is not null) await with(transaction, result);
                await audit.AppendAsync(who, [.. events.Where(one => one.Who is not null).Select(NoteOf)], cancel);
                return result;
            },
            result =>
            {
                if (result.Status != LedgerStatus.Done) return;
                edit!(new LedgerEditor(part.Ledger), out _);
                IReadOnlyList<DeviceState> decided = part.Ledger.Decide();
                part.Rewritten(part.Ledger.Changes.Devices);
                part.Ledger.Changes.Clear();
                part.Tell(decided);
            },
            cancel);
    }

    private static AuditNote NoteOf(LedgerEvent one) => new("device-" + one.Action, LiveDevice.NameOf(one.Device), Said(one.Field, one.Before), Said(one.Field, one.After), one.Reason);

    private static string? Said(string? field, string? value) => field is null || value is null ? value : $"{field}: {value}";
}
