using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Trust.Devices;

/// <summary>What is remembered of a device's telemetry.</summary>
internal sealed class TelemetryStateRow
{
    public long Device { get; set; }

    public required byte[] State { get; set; }
}

/// <summary>An envelope, as it came.</summary>
internal sealed class TelemetryRow
{
    public long Device { get; set; }

    public long Counter { get; set; }

    /// <summary>The device's time.</summary>
    public long At { get; set; }

    /// <summary>The hub's time.</summary>
    public long Received { get; set; }

    public required string Kind { get; set; }

    public required byte[] Bytes { get; set; }
}

/// <summary>What a device's TPM proved last.</summary>
internal sealed class AttestationRow
{
    public long Device { get; set; }

    public long At { get; set; }

    /// <summary>The record, JSON.</summary>
    public required string Record { get; set; }
}

/// <summary>The public key of a certificate that was shown here.</summary>
internal sealed class DeviceKeyRow
{
    public required string Certificate { get; set; }

    public long Device { get; set; }

    public required byte[] PublicKey { get; set; }
}

/// <summary>A data key, sealed.</summary>
internal sealed class DataKeyRow
{
    public required string KeyId { get; set; }

    public required string Scope { get; set; }

    public long Epoch { get; set; }

    public long NotBefore { get; set; }

    public long NotAfter { get; set; }

    public required byte[] Secret { get; set; }
}

internal sealed class TelemetryStateTable : IEntityTypeConfiguration<TelemetryStateRow>
{
    public void Configure(EntityTypeBuilder<TelemetryStateRow> builder)
    {
        builder.ToTable("device_telemetry_states").HasKey(row => row.Device);
        builder.Property(row => row.Device).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
    }
}

internal sealed class TelemetryTable : IEntityTypeConfiguration<TelemetryRow>
{
    public void Configure(EntityTypeBuilder<TelemetryRow> builder)
    {
        builder.ToTable("device_telemetry").HasKey(row => new { row.Device, row.Counter });
        FindingTables.SnakeCase(builder);
    }
}

internal sealed class AttestationTable : IEntityTypeConfiguration<AttestationRow>
{
    public void Configure(EntityTypeBuilder<AttestationRow> builder)
    {
        builder.ToTable("device_attestations").HasKey(row => row.Device);
        builder.Property(row => row.Device).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
    }
}

internal sealed class DeviceKeyTable : IEntityTypeConfiguration<DeviceKeyRow>
{
    public void Configure(EntityTypeBuilder<DeviceKeyRow> builder)
    {
        builder.ToTable("device_keys").HasKey(row => row.Certificate);
        FindingTables.SnakeCase(builder);
    }
}

internal sealed class DataKeyTable : IEntityTypeConfiguration<DataKeyRow>
{
    public void Configure(EntityTypeBuilder<DataKeyRow> builder)
    {
        builder.ToTable("device_data_keys").HasKey(row => row.KeyId);
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.Scope, row.Epoch }).IsUnique();
    }
}
