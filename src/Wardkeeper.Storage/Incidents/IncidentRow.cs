using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Incidents;

/// <summary>An incident. The columns up to <see cref="SearchText"/> are the book's and written with a batch; those behind it are people's.</summary>
internal sealed class IncidentRow
{
    public long Number { get; set; }

    public int Severity { get; set; }

    public long Lead { get; set; }

    public long FirstSeen { get; set; }

    public long LastSeen { get; set; }

    public long Findings { get; set; }

    public long More { get; set; }

    /// <summary>Who acted; a JSON array.</summary>
    public required string Actors { get; set; }

    public required string Targets { get; set; }

    public required string SearchText { get; set; }

    /// <summary>The incident that took its findings; set by the book when it merges by itself, and by people.</summary>
    public long? MergedInto { get; set; }

    public int State { get; set; }

    public bool IsTouched { get; set; }

    public string? Assignee { get; set; }

    public string? Lesson { get; set; }

    public long? ClosedAt { get; set; }

    public long Revision { get; set; }
}

/// <summary>A finding's place in an incident.</summary>
internal sealed class IncidentFindingRow
{
    public long Finding { get; set; }

    public long Incident { get; set; }

    public int Why { get; set; }

    public required string Through { get; set; }
}

/// <summary>A comment on an incident, or a decision about it.</summary>
internal sealed class IncidentNoteRow
{
    public long Incident { get; set; }

    public long Ordinal { get; set; }

    public long At { get; set; }

    public string? Who { get; set; }

    public required string Action { get; set; }

    public string? Value { get; set; }

    public string? Text { get; set; }
}

/// <summary>A merge or a split by a person.</summary>
internal sealed class IncidentOperationRow
{
    public long Number { get; set; }

    public required string Kind { get; set; }

    public long FromIncident { get; set; }

    public long ToIncident { get; set; }

    /// <summary>Findings that were moved; a JSON array of numbers.</summary>
    public required string Findings { get; set; }

    public long At { get; set; }

    public required string Who { get; set; }

    public long? Undone { get; set; }
}

internal sealed class IncidentTables : IEntityTypeConfiguration<IncidentRow>, IEntityTypeConfiguration<IncidentFindingRow>, IEntityTypeConfiguration<IncidentNoteRow>, IEntityTypeConfiguration<IncidentOperationRow>
{
    public void Configure(EntityTypeBuilder<IncidentRow> builder)
    {
        builder.ToTable("incidents").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
        builder.HasIndex(row => row.Severity);
        builder.HasIndex(row => row.LastSeen);
    }

    public void Configure(EntityTypeBuilder<IncidentFindingRow> builder)
    {
        builder.ToTable("incident_findings").HasKey(row => row.Finding);
        builder.Property(row => row.Finding).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Incident);
    }

    public void Configure(EntityTypeBuilder<IncidentNoteRow> builder)
    {
        builder.ToTable("incident_notes").HasKey(row => new { row.Incident, row.Ordinal });
        FindingTables.SnakeCase(builder);
    }

    public void Configure(EntityTypeBuilder<IncidentOperationRow> builder)
    {
        builder.ToTable("incident_operations").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.FromIncident);
        builder.HasIndex(row => row.ToIncident);
    }
}
