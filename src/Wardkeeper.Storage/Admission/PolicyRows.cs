using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Admission;

/// <summary>A segment; the whole of it stands in its body.</summary>
internal sealed class AdmissionSegmentRow
{
    public required string Name { get; set; }

    /// <summary>JSON.</summary>
    public required string Body { get; set; }

    public long Revision { get; set; }
}

/// <summary>A rule; the whole of it stands in its body.</summary>
internal sealed class AdmissionRuleRow
{
    public long Number { get; set; }

    /// <summary>JSON.</summary>
    public required string Body { get; set; }
}

/// <summary>A person's word for a device.</summary>
internal sealed class AdmissionApprovalRow
{
    public long Number { get; set; }

    public long Device { get; set; }

    public required string Who { get; set; }

    public required string Reason { get; set; }

    public long Begins { get; set; }

    public long Ends { get; set; }
}

/// <summary>A guest's machine.</summary>
internal sealed class AdmissionGuestRow
{
    public long Number { get; set; }

    public required string Mac { get; set; }

    public required string Vlan { get; set; }

    public required string Sponsor { get; set; }

    public required string Reason { get; set; }

    public long Begins { get; set; }

    public long Ends { get; set; }
}

/// <summary>The tables of what people lay down about admission.</summary>
internal sealed class AdmissionPolicyTables : IEntityTypeConfiguration<AdmissionSegmentRow>, IEntityTypeConfiguration<AdmissionRuleRow>, IEntityTypeConfiguration<AdmissionApprovalRow>, IEntityTypeConfiguration<AdmissionGuestRow>
{
    public void Configure(EntityTypeBuilder<AdmissionSegmentRow> builder)
    {
        builder.ToTable("admission_segments").HasKey(row => row.Name);
        FindingTables.SnakeCase(builder);
    }

    public void Configure(EntityTypeBuilder<AdmissionRuleRow> builder)
    {
        builder.ToTable("admission_rules").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
    }

    public void Configure(EntityTypeBuilder<AdmissionApprovalRow> builder)
    {
        builder.ToTable("admission_approvals").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Ends);
    }

    public void Configure(EntityTypeBuilder<AdmissionGuestRow> builder)
    {
        builder.ToTable("admission_guests").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Ends);
    }
}
