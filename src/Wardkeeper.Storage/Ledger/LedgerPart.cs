using System.Data.Common;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>The ledger as a part of the hub's path: in memory, with every row that a batch changed written once.</summary>
/// <param name="local">Which addresses are the site's.</param>
/// <param name="limits">How much is kept; null for the usual.</param>
internal sealed class LedgerPart(LocalNetworks local, LedgerLimits? limits = null) : IBatchPart, IDeviceResolver
{
    private readonly LedgerLimits limits = limits ?? new LedgerLimits();
    private readonly DeviceRowPrints rows = new();
    private IReadOnlyList<DeviceState> saving = [];

    /// <summary>Devices were decided anew and stored; told inside the gate, after the commit, by batches and by edits alike.</summary>
    public event Action<IReadOnlyList<DeviceState>>? Decided;

    /// <summary>The ledger. Whoever touches it has passed the gate.</summary>
    public LiveLedger Ledger { get; private set; } = new(local, limits ?? new LedgerLimits());

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        Ledger = new LiveLedger(local, limits);
        rows.Clear();
        new LedgerReader(connection, Ledger, limits).Read();
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch) => Ledger.Take(batch);

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        // What an earlier try wrote is gone with its transaction.
        rows.Forget();
        saving = [];
        if (!Ledger.Changes.IsEmpty) new LedgerWriter(connection, transaction, rows).Write(Ledger, saving = Ledger.Decide());
    }

    /// <inheritdoc/>
    public void Saved()
    {
        rows.Keep();
        Ledger.Changes.Clear();
        Tell(saving);
        saving = [];
    }

    /// <summary>Tells who follows the ledger what was decided and stored.</summary>
    public void Tell(IReadOnlyList<DeviceState> decided)
    {
        if (decided.Count > 0) Decided?.Invoke(decided);
    }

    /// <summary>Rows of these devices were written by an edit.</summary>
    public void Rewritten(IEnumerable<LiveDevice> devices)
    {
        foreach (LiveDevice device in devices) rows.Drop(device.Number);
    }

    /// <inheritdoc/>
    public long? DeviceOf(MacAddress mac, Address ip) => Ledger.DeviceOf(mac, ip);
}
