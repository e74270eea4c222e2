using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Register;

/// <summary>A table of the border.</summary>
internal sealed class PublishingRow
{
    public long Number { get; set; }

    public required string Name { get; set; }

    public required string Format { get; set; }

    public required string MadeBy { get; set; }

    public long At { get; set; }

    /// <summary>preview, in-force, replaced, undone.</summary>
    public required string State { get; set; }

    /// <summary>Since when it is in force; 0 when it is not.</summary>
    public long Since { get; set; }

    public long Services { get; set; }

    public long ProblemCount { get; set; }

    /// <summary>The first problems, a JSON array.</summary>
    public required string Problems { get; set; }
}

/// <summary>One service of a table. Addresses are texts that sort as addresses do.</summary>
internal sealed class PublishedRow
{
    public long Publishing { get; set; }

    public int Row { get; set; }

    public required string Outside { get; set; }

    public int OutsideFirst { get; set; }

    public int OutsideLast { get; set; }

    public required string Inside { get; set; }

    public int InsideFirst { get; set; }

    public int InsideLast { get; set; }

    public int Carrier { get; set; }

    public string? Name { get; set; }

    /// <summary>Whether its table is in force.</summary>
    public bool IsInForce { get; set; }
}

internal sealed class PublishingTables : IEntityTypeConfiguration<PublishingRow>, IEntityTypeConfiguration<PublishedRow>
{
    public const string Tables = "publishing_tables", Services = "published_services";

    public void Configure(EntityTypeBuilder<PublishingRow> builder)
    {
        builder.ToTable(Tables).HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
    }

    public void Configure(EntityTypeBuilder<PublishedRow> builder)
    {
        builder.ToTable(Services).HasKey(row => new { row.Publishing, row.Row });
        builder.Property(row => row.Row).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.IsInForce, row.Inside });
    }
}
