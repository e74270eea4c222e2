using System.Data.Common;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Findings;

/// <summary>
/// Keeps what detectors remember over a restart. It is written every five minutes, in the transaction of the batch, and when the path
/// ends; after a crash detectors are short of what they saw since.
/// </summary>
internal sealed class DetectorsPart(DetectionPath detection, TimeProvider clock) : IBatchPart
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private CaptureTime end;
    private long saved = clock.GetTimestamp();
    private bool isDue;

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        Dictionary<string, object> detectors = detection.Detectors.ToDictionary(one => one.Info.Name, one => one.Detector, StringComparer.Ordinal);
        using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT name, at, state FROM detectors";
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (!detectors.TryGetValue(reader.GetString(0), out object? detector) || !DetectorMemory.Read(detector, reader.GetFieldValue<byte[]>(2))) continue;
            CaptureTime at = new(reader.GetInt64(1));
            if (at > end) end = at;
        }
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.End > end) end = batch.End;
    }

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        isDue |= clock.GetElapsedTime(saved) >= Every;
        if (!isDue) return;
        using Upsert upsert = new(connection, transaction, "detectors", ["name"], ["at", "state"]);
        foreach ((DetectorInfo info, object detector) in detection.Detectors)
        {
            if (DetectorMemory.Write(detector) is { } state) upsert.Run(info.Name, end.Nanoseconds, state);
        }
    }

    /// <inheritdoc/>
    public void Saved()
    {
        if (isDue) saved = clock.GetTimestamp();
        isDue = false;
    }

    /// <inheritdoc/>
    public void Conclude() => isDue = true;
}
