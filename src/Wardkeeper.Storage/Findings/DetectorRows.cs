using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Findings;

/// <summary>What a detector remembers, kept over a restart.</summary>
internal sealed class DetectorRow : IEntityTypeConfiguration<DetectorRow>
{
    /// <summary>Name of the detector.</summary>
    public string Name { get; set; } = "";

    /// <summary>Capture time up to which it saw everything.</summary>
    public long At { get; set; }

    /// <summary>What it remembers; see <see cref="DetectorMemory"/>.</summary>
    public byte[] State { get; set; } = [];

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<DetectorRow> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ToTable("detectors");
        builder.HasKey(row => row.Name);
        builder.Property(row => row.Name).HasColumnName("name").HasMaxLength(64);
        builder.Property(row => row.At).HasColumnName("at");
        builder.Property(row => row.State).HasColumnName("state");
    }
}
