using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Access;

/// <summary>How persons, sessions, tokens and failures are stored.</summary>
internal sealed class AccessConfiguration : IEntityTypeConfiguration<UserRow>, IEntityTypeConfiguration<SessionRow>, IEntityTypeConfiguration<TokenRow>, IEntityTypeConfiguration<FailureRow>
{
    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<UserRow> builder)
    {
        builder.ToTable("users").HasKey(row => row.Id);
        builder.HasIndex(row => row.Name).IsUnique();
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<SessionRow> builder)
    {
        builder.ToTable("sessions").HasKey(row => row.Hash);
        builder.HasIndex(row => row.UserId);
        builder.HasOne<UserRow>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<TokenRow> builder)
    {
        builder.ToTable("tokens").HasKey(row => row.Id);
        builder.HasIndex(row => row.Hash).IsUnique();
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<FailureRow> builder)
    {
        builder.ToTable("sign_in_failures").HasKey(row => row.Key);
        builder.HasIndex(row => row.Last);
    }
}
