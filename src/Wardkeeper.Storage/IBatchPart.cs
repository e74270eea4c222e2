using System.Data.Common;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage;

/// <summary>A part of the hub that keeps state in memory and stores what a batch changed, in the batch's transaction.</summary>
internal interface IBatchPart
{
    /// <summary>Reads what is stored; once, before the first batch.</summary>
    void Load(DbConnection connection);

    /// <summary>Takes a batch, in memory.</summary>
    void Take(SensorBatch batch);

    /// <summary>Stores everything changed since the last save that held.</summary>
    void Save(DbConnection connection, DbTransaction transaction);

    /// <summary>The transaction was committed.</summary>
    void Saved();

    /// <summary>No batch comes after those that were taken: one save follows.</summary>
    void Conclude()
    {
    }
}
