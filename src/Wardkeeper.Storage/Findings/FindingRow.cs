using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Findings;

/// <summary>A finding. The columns up to <see cref="SuppressedBy"/> are the book's and written with a batch; those behind it are people's.</summary>
internal sealed class FindingRow
{
    public long Number { get; set; }

    public required string Type { get; set; }

    public bool IsExposure { get; set; }

    public required string Key { get; set; }

    public int Severity { get; set; }

    public double Confidence { get; set; }

    public long Mac { get; set; }

    public required string Ip { get; set; }

    public int Vlan { get; set; }

    public int Port { get; set; }

    public long? Device { get; set; }

    public string? DeviceName { get; set; }

    public string? DeviceType { get; set; }

    public string? Department { get; set; }

    public string? Person { get; set; }

    public bool HasPeer { get; set; }

    public long PeerMac { get; set; }

    public required string PeerIp { get; set; }

    public int PeerVlan { get; set; }

    public int PeerPort { get; set; }

    public long? PeerDevice { get; set; }

    public string? PeerName { get; set; }

    public string? PeerType { get; set; }

    public string? PeerDepartment { get; set; }

    public string? PeerPerson { get; set; }

    public long FirstSeen { get; set; }

    public long LastSeen { get; set; }

    public long Count { get; set; }

    public required string TitleKey { get; set; }

    public required string ExplanationKey { get; set; }

    /// <summary>What fills the places of both; a JSON array.</summary>
    public required string Arguments { get; set; }

    public required string Facts { get; set; }

    public required string Evidence { get; set; }

    public required string ReachedFrom { get; set; }

    public string? Technique { get; set; }

    public int Duty { get; set; }

    public int Reopened { get; set; }

    /// <summary>What a text is looked for in: names, addresses, title in both languages; lower case.</summary>
    public required string SearchText { get; set; }

    public long? SuppressedBy { get; set; }

    public int State { get; set; }

    public int? Verdict { get; set; }

    public string? VerdictReason { get; set; }

    public string? Assignee { get; set; }

    public long? ClosedAt { get; set; }

    public long Revision { get; set; }
}

/// <summary>A comment on a finding, or a decision about it.</summary>
internal sealed class FindingNoteRow
{
    public long Finding { get; set; }

    public long Ordinal { get; set; }

    public long At { get; set; }

    public string? Who { get; set; }

    public required string Action { get; set; }

    public string? Value { get; set; }

    public string? Text { get; set; }
}

/// <summary>A suppression.</summary>
internal sealed class SuppressionRow
{
    public long Number { get; set; }

    public required string Type { get; set; }

    public long? Device { get; set; }

    public string? Address { get; set; }

    public string? Subnet { get; set; }

    public required string Reason { get; set; }

    public required string Owner { get; set; }

    public long Made { get; set; }

    public long Expires { get; set; }

    public long? Withdrawn { get; set; }
}

internal sealed class FindingTables : IEntityTypeConfiguration<FindingRow>, IEntityTypeConfiguration<FindingNoteRow>, IEntityTypeConfiguration<SuppressionRow>
{
    public void Configure(EntityTypeBuilder<FindingRow> builder)
    {
        builder.ToTable("findings").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        SnakeCase(builder);
        builder.HasIndex(row => row.Type);
        builder.HasIndex(row => row.Severity);
        builder.HasIndex(row => row.Device);
        builder.HasIndex(row => row.PeerDevice);
        builder.HasIndex(row => row.DeviceName);
        builder.HasIndex(row => row.Department);
        builder.HasIndex(row => row.FirstSeen);
        builder.HasIndex(row => row.LastSeen);
        builder.HasIndex(row => row.Count);
        builder.HasIndex(row => row.Confidence);
        builder.HasIndex(row => row.State);
        builder.HasIndex(row => row.Assignee);
        builder.HasIndex(row => row.SuppressedBy);
    }

    public void Configure(EntityTypeBuilder<FindingNoteRow> builder)
    {
        builder.ToTable("finding_notes").HasKey(row => new { row.Finding, row.Ordinal });
        SnakeCase(builder);
    }

    public void Configure(EntityTypeBuilder<SuppressionRow> builder)
    {
        builder.ToTable("suppressions").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        SnakeCase(builder);
        builder.HasIndex(row => row.Expires);
    }

    /// <summary>Column names that the prepared commands use on both stores: the property's name in snake case.</summary>
    internal static void SnakeCase<T>(EntityTypeBuilder<T> builder)
        where T : class
    {
        foreach (var property in builder.Metadata.GetProperties())
            builder.Property(property.Name).HasColumnName(string.Concat(property.Name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString())));
    }
}
