using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Duties;

/// <summary>A letter that waits, was sent, or was refused.</summary>
internal sealed class MailRow
{
    public long Number { get; set; }

    /// <summary>What it is about and which step; unique.</summary>
    public required string Key { get; set; }

    public required string Recipient { get; set; }

    public required string Subject { get; set; }

    /// <summary>Its text; emptied once it was sent.</summary>
    public required string Body { get; set; }

    public long Made { get; set; }

    /// <summary>When it is tried next.</summary>
    public long Next { get; set; }

    public int Tries { get; set; }

    /// <summary>waiting, sent, refused.</summary>
    public required string State { get; set; }

    /// <summary>When it was sent or refused.</summary>
    public long? Ended { get; set; }

    /// <summary>Why the latest try failed.</summary>
    public string? Trouble { get; set; }

    /// <summary>The letter that the row holds.</summary>
    public QueuedLetter ToLetter() => new(Number, new Letter(Key, Recipient, Subject, Body), Tries);
}

internal sealed class MailTable : IEntityTypeConfiguration<MailRow>
{
    public void Configure(EntityTypeBuilder<MailRow> builder)
    {
        builder.ToTable("mails").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Key).IsUnique();
        builder.HasIndex(row => new { row.State, row.Next });
    }
}
