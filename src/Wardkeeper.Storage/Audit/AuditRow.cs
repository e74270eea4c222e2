using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Audit;

/// <summary>An entry of the audit log, as <see cref="Hub.Audit.AuditEntry"/>.</summary>
internal sealed class AuditRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public string Who { get; set; } = "";
    public string? Address { get; set; }
    public string Action { get; set; } = "";
    public string Subject { get; set; } = "";
    public string? Before { get; set; }
    public string? After { get; set; }
    public string? Reason { get; set; }
    public string Previous { get; set; } = "";
    public string Hash { get; set; } = "";
}

/// <summary>How the audit log is stored. Names are in lower case, since statements are written by hand for both databases.</summary>
internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditRow>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("audit").HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).HasColumnName("sequence").ValueGeneratedNever();
        builder.Property(row => row.At).HasColumnName("at");
        builder.Property(row => row.Who).HasColumnName("who");
        builder.Property(row => row.Address).HasColumnName("address");
        builder.Property(row => row.Action).HasColumnName("action");
        builder.Property(row => row.Subject).HasColumnName("subject");
        builder.Property(row => row.Before).HasColumnName("before_state");
        builder.Property(row => row.After).HasColumnName("after_state");
        builder.Property(row => row.Reason).HasColumnName("reason");
        builder.Property(row => row.Previous).HasColumnName("previous");
        builder.Property(row => row.Hash).HasColumnName("hash");
        builder.HasIndex(row => row.At);
        builder.HasIndex(row => row.Who);
        builder.HasIndex(row => row.Action);
        builder.HasIndex(row => row.Subject);
    }
}
