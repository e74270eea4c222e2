using System.Collections.Concurrent;
using System.Data.Common;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Admission;

/// <summary>The ledger as admission sees it: read from the devices' rows at the start, then kept by what the ledger decides and stores. Read by any thread, written inside the gate.</summary>
internal sealed class KnownDevices : IBatchPart, IKnownDevices
{
    /// <summary>Where the ledger keeps the address that the register gives a device whose card was not heard yet.</summary>
    private const string RegisteredMac = LiveDevice.RegisteredMac;

    private readonly ConcurrentDictionary<long, KnownDevice> devices = new();
    private readonly ConcurrentDictionary<long, MacAddress> entries = new();
    private readonly ConcurrentDictionary<MacAddress, long> cards = new(), registered = new();

    /// <summary>Begins to follow the ledger.</summary>
    public KnownDevices(LedgerPart ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ledger.Decided += Take;
    }

    /// <inheritdoc/>
    public KnownDevice? Of(MacAddress mac)
    {
        KnownDevice? seen = cards.TryGetValue(mac, out long device) ? Of(device) : null;
        // What the register says of a card counts before it was ever heard, and more than what was merely heard of it.
        return seen is not { IsKnownToPeople: true } && registered.TryGetValue(mac, out long entered) ? Of(entered) ?? seen : seen;
    }

    /// <inheritdoc/>
    public KnownDevice? Of(long device) => devices.GetValueOrDefault(device);

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        devices.Clear();
        cards.Clear();
        registered.Clear();
        entries.Clear();
        ILookup<long, MacAddress> macs = Read(connection, $"SELECT \"DeviceId\", \"Mac\" FROM \"{LedgerTables.Interfaces}\" WHERE \"DeviceId\" <> 0 AND \"Mac\" <> 0 ORDER BY \"Id\"", row => (row.GetInt64(0), new MacAddress((ulong)row.GetInt64(1))))
            .ToLookup(one => one.Item1, one => one.Item2);
        Dictionary<long, string> mobility = Read(connection, $"SELECT \"DeviceId\", \"Value\" FROM \"{LedgerTables.Fields}\" WHERE \"Field\" = 'mobility'", row => (row.GetInt64(0), row.GetString(1))).ToDictionary(one => one.Item1, one => one.Item2);
        foreach ((long device, string text) in Read(connection, $"SELECT \"DeviceId\", \"Value\" FROM \"{LedgerTables.Fields}\" WHERE \"Field\" = '{RegisteredMac}'", row => (row.GetInt64(0), row.GetString(1)))) Enter(device, text);
        foreach (KnownDevice device in Read(
            connection,
            $"SELECT \"Id\", \"Name\", \"Type\", \"Category\", \"Department\", \"LifeCycle\", \"SwitchPort\", \"IsRegistered\", \"Revision\", \"FirstSeen\" FROM \"{LedgerTables.Devices}\" WHERE \"MergedInto\" = 0",
            row => new KnownDevice(row.GetInt64(0), Text(row, 1), Text(row, 2), Text(row, 3), Text(row, 4), row.GetString(5), Text(row, 6), mobility.GetValueOrDefault(row.GetInt64(0)), [.. macs[row.GetInt64(0)]], row.GetBoolean(7) || row.GetInt64(8) > 1, new CaptureTime(row.GetInt64(9)))))
            Put(device);
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch)
    {
        // The ledger tells what a batch changed.
    }

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        // The ledger stores its devices.
    }

    /// <inheritdoc/>
    public void Saved()
    {
        // Nothing is stored here.
    }

    private void Take(IReadOnlyList<DeviceState> decided)
    {
        foreach (DeviceState state in decided)
        {
            LiveDevice device = state.Device;
            if (device.MergedInto != 0)
            {
                Remove(device.Number);
                continue;
            }
            Enter(device.Number, state.Of(RegisteredMac));
            Put(new KnownDevice(
                device.Number, state.Of("localName") ?? state.Of("name"), state.Of("type"), state.Category, state.Of("department"), device.LifeCycle, state.Of("switchPort"), state.Of("mobility"),
                [.. device.Interfaces.Where(one => !one.Mac.IsNone).Select(one => one.Mac).Distinct()], device.IsRegistered || device.Revision > 1, state.FirstSeen));
        }
    }

    private void Put(KnownDevice device)
    {
        if (devices.TryGetValue(device.Id, out KnownDevice? before))
        {
            foreach (MacAddress gone in before.Macs.Except(device.Macs)) cards.TryRemove(new KeyValuePair<MacAddress, long>(gone, device.Id));
        }
        devices[device.Id] = device;
        foreach (MacAddress mac in device.Macs) cards[mac] = device.Id;
    }

    /// <summary>Notes the card that the register gives a device; null takes it back.</summary>
    private void Enter(long device, string? text)
    {
        MacAddress mac = text is not null && RegisterValues.TryMac(text, out MacAddress parsed) ? parsed : default;
        if (entries.TryGetValue(device, out MacAddress before) && before != mac) registered.TryRemove(new KeyValuePair<MacAddress, long>(before, device));
        if (mac.IsNone)
        {
            entries.TryRemove(device, out _);
            return;
        }
        entries[device] = mac;
        registered[mac] = device;
    }

    private void Remove(long device)
    {
        Enter(device, null);
        if (!devices.TryRemove(device, out KnownDevice? before)) return;
        foreach (MacAddress gone in before.Macs) cards.TryRemove(new KeyValuePair<MacAddress, long>(gone, device));
    }

    private static List<T> Read<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader row = command.ExecuteReader();
        List<T> rows = [];
        while (row.Read()) rows.Add(read(row));
        return rows;
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
