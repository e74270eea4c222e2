using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Batches;

/// <summary>How far a sensor's batches were applied; written in the same transaction as what they changed.</summary>
internal sealed class AppliedRow
{
    public required string Sensor { get; set; }

    public long Sequence { get; set; }
}

/// <summary>What is known of a sensor.</summary>
internal sealed class SensorRow
{
    public required string Sensor { get; set; }

    /// <summary>Capture time up to which everything came.</summary>
    public long End { get; set; }

    /// <summary>When the last batch was taken, wall clock, nanoseconds since the epoch.</summary>
    public long ReceivedAt { get; set; }

    public long Batches { get; set; }

    public long Observations { get; set; }

    public long Flows { get; set; }

    public long Transactions { get; set; }

    /// <summary>Numbers that never came: batches lost with a spool, or older than the restored backup.</summary>
    public long MissingBatches { get; set; }
}

/// <summary>The sum of one of a sensor's counters: packets, bytes, kernel-drops, spool-dropped-batches …</summary>
internal sealed class SensorCounterRow
{
    public required string Sensor { get; set; }

    public required string Name { get; set; }

    public long Value { get; set; }
}

internal sealed class AppliedRows : IEntityTypeConfiguration<AppliedRow>, IEntityTypeConfiguration<SensorRow>, IEntityTypeConfiguration<SensorCounterRow>
{
    public void Configure(EntityTypeBuilder<AppliedRow> builder)
    {
        builder.ToTable("applied");
        builder.HasKey(row => row.Sensor);
        builder.Property(row => row.Sensor).HasColumnName("sensor").HasMaxLength(64);
        builder.Property(row => row.Sequence).HasColumnName("sequence");
    }

    public void Configure(EntityTypeBuilder<SensorRow> builder)
    {
        builder.ToTable("sensors");
        builder.HasKey(row => row.Sensor);
        builder.Property(row => row.Sensor).HasColumnName("sensor").HasMaxLength(64);
        builder.Property(row => row.End).HasColumnName("end_at");
        builder.Property(row => row.ReceivedAt).HasColumnName("received_at");
        builder.Property(row => row.Batches).HasColumnName("batches");
        builder.Property(row => row.Observations).HasColumnName("observations");
        builder.Property(row => row.Flows).HasColumnName("flows");
        builder.Property(row => row.Transactions).HasColumnName("transactions");
        builder.Property(row => row.MissingBatches).HasColumnName("missing_batches");
    }

    public void Configure(EntityTypeBuilder<SensorCounterRow> builder)
    {
        builder.ToTable("sensor_counters");
        builder.HasKey(row => new { row.Sensor, row.Name });
        builder.Property(row => row.Sensor).HasColumnName("sensor").HasMaxLength(64);
        builder.Property(row => row.Name).HasColumnName("name").HasMaxLength(64);
        builder.Property(row => row.Value).HasColumnName("value");
    }
}
