using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Register;

/// <summary>An import of a register.</summary>
internal sealed class ImportRowSet
{
    public long Number { get; set; }

    public required string Name { get; set; }

    public required string Format { get; set; }

    public required string MadeBy { get; set; }

    public long At { get; set; }

    /// <summary>preview, applied, undone.</summary>
    public required string State { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Headings { get; set; }

    /// <summary>A JSON array of fields and nulls.</summary>
    public required string Mapping { get; set; }

    /// <summary>Operation of the ledger that wrote it; 0 when it is not applied, or changed nothing.</summary>
    public long Operation { get; set; }

    public long Problems { get; set; }
}

/// <summary>One row of an import.</summary>
internal sealed class ImportedRow
{
    public long Import { get; set; }

    public int Row { get; set; }

    /// <summary>The cells as they lay in the file, a JSON array: what another mapping reads again.</summary>
    public required string Cells { get; set; }

    /// <summary>Value by field, a JSON object.</summary>
    public required string Taken { get; set; }

    public int Outcome { get; set; }

    /// <summary>Device, 0 for none.</summary>
    public long Device { get; set; }

    public int Strength { get; set; }

    public string? MatchedBy { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Against { get; set; }

    public bool IsDecided { get; set; }

    public bool HasProblems { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Problems { get; set; }
}

/// <summary>What a person once said a heading means.</summary>
internal sealed class HeadingRow
{
    /// <summary>The heading, normalised.</summary>
    public required string Heading { get; set; }

    /// <summary>Field; empty when it is not used.</summary>
    public required string Field { get; set; }
}

internal sealed class RegisterTables : IEntityTypeConfiguration<ImportRowSet>, IEntityTypeConfiguration<ImportedRow>, IEntityTypeConfiguration<HeadingRow>
{
    public const string Imports = "register_imports", Rows = "register_rows", Headings = "register_headings";

    public void Configure(EntityTypeBuilder<ImportRowSet> builder)
    {
        builder.ToTable(Imports).HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
    }

    public void Configure(EntityTypeBuilder<ImportedRow> builder)
    {
        builder.ToTable(Rows).HasKey(row => new { row.Import, row.Row });
        builder.Property(row => row.Row).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.Import, row.Outcome, row.Row });
        builder.HasIndex(row => new { row.Import, row.HasProblems, row.Row });
        builder.HasIndex(row => new { row.Import, row.Device });
    }

    public void Configure(EntityTypeBuilder<HeadingRow> builder)
    {
        builder.ToTable(Headings).HasKey(row => row.Heading);
        FindingTables.SnakeCase(builder);
    }
}
