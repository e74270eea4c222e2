using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Views;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Views;

/// <summary>A view that somebody keeps.</summary>
internal sealed class SavedViewRow
{
    public long Number { get; set; }

    /// <summary>The table it is a view of.</summary>
    public required string Page { get; set; }

    public required string Name { get; set; }

    public required string Query { get; set; }

    public required string Owner { get; set; }

    public bool IsShared { get; set; }

    public bool IsFirst { get; set; }

    /// <summary>Names of roles, joined by commas.</summary>
    public string DefaultFor { get; set; } = "";

    public long Changed { get; set; }

    public long Revision { get; set; }

    /// <summary>The view that the row holds.</summary>
    public SavedView ToView() => new() { Number = Number, Table = Page, Name = Name, Query = Query, Owner = Owner, IsShared = IsShared, IsFirst = IsFirst, DefaultFor = DefaultFor.Split(',', StringSplitOptions.RemoveEmptyEntries), Changed = new CaptureTime(Changed), Revision = Revision };
}

internal sealed class SavedViewTable : IEntityTypeConfiguration<SavedViewRow>
{
    public void Configure(EntityTypeBuilder<SavedViewRow> builder)
    {
        builder.ToTable("saved_views").HasKey(row => row.Number);
        // The store counts, so that a number whose view was deleted never leads to another one.
        builder.Property(row => row.Number).ValueGeneratedOnAdd();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.Page, row.Owner, row.Name }).IsUnique();
        builder.HasIndex(row => new { row.Page, row.IsShared });
    }
}
