using System.Data.Common;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Batches;

/// <summary>
/// Keeps how far each sensor's batches were applied, and its counts. The first part of the path: whether a batch is new is
/// decided by its table, which is written in the same transaction as everything a batch changes.
/// </summary>
internal sealed class SensorsPart(TimeProvider clock) : IBatchPart
{
    private readonly Dictionary<string, SensorRow> sensors = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Sensor, string Name), long> counters = [];
    private readonly Dictionary<string, long> applied = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<(string Sensor, string Name)> changedCounters = [];

    /// <summary>Highest sequence taken of a sensor; 0 when there is none.</summary>
    public long AppliedOf(string sensor) => applied.GetValueOrDefault(sensor);

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT sensor, sequence FROM applied";
        using (DbDataReader reader = command.ExecuteReader())
        {
            while (reader.Read()) applied[reader.GetString(0)] = reader.GetInt64(1);
        }
        command.CommandText = "SELECT sensor, end_at, received_at, batches, observations, flows, transactions, missing_batches FROM sensors";
        using (DbDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                sensors[reader.GetString(0)] = new SensorRow
                {
                    Sensor = reader.GetString(0),
                    End = reader.GetInt64(1),
                    ReceivedAt = reader.GetInt64(2),
                    Batches = reader.GetInt64(3),
                    Observations = reader.GetInt64(4),
                    Flows = reader.GetInt64(5),
                    Transactions = reader.GetInt64(6),
                    MissingBatches = reader.GetInt64(7),
                };
            }
        }
        command.CommandText = "SELECT sensor, name, value FROM sensor_counters";
        using DbDataReader counts = command.ExecuteReader();
        while (counts.Read()) counters[(counts.GetString(0), counts.GetString(1))] = counts.GetInt64(2);
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch)
    {
        long before = applied.GetValueOrDefault(batch.Sensor);
        applied[batch.Sensor] = batch.Sequence;
        if (!sensors.TryGetValue(batch.Sensor, out SensorRow? row)) sensors[batch.Sensor] = row = new SensorRow { Sensor = batch.Sensor };
        row.End = Math.Max(row.End, batch.End.Nanoseconds);
        row.ReceivedAt = clock.Nanoseconds();
        row.Batches++;
        row.Observations += batch.Observations.Count;
        row.Flows += batch.Flows.Count;
        row.Transactions += batch.Transactions.Count;
        row.MissingBatches += batch.Sequence - before - 1;
        changed.Add(batch.Sensor);
        foreach ((string name, long value) in batch.Counters)
        {
            counters[(batch.Sensor, name)] = counters.GetValueOrDefault((batch.Sensor, name)) + value;
            changedCounters.Add((batch.Sensor, name));
        }
    }

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        using Upsert marks = new(connection, transaction, "applied", ["sensor"], ["sequence"]);
        using Upsert rows = new(connection, transaction, "sensors", ["sensor"], ["end_at", "received_at", "batches", "observations", "flows", "transactions", "missing_batches"]);
        foreach (string sensor in changed)
        {
            SensorRow row = sensors[sensor];
            marks.Run(sensor, applied[sensor]);
            rows.Run(sensor, row.End, row.ReceivedAt, row.Batches, row.Observations, row.Flows, row.Transactions, row.MissingBatches);
        }
        if (changedCounters.Count == 0) return;
        using Upsert counts = new(connection, transaction, "sensor_counters", ["sensor", "name"], ["value"]);
        foreach ((string sensor, string name) in changedCounters) counts.Run(sensor, name, counters[(sensor, name)]);
    }

    /// <inheritdoc/>
    public void Saved()
    {
        changed.Clear();
        changedCounters.Clear();
    }
}
