using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Wardkeeper.Storage.Ledger;

/// <summary>The ledger's tables. Columns are named as the rows' properties.</summary>
internal sealed class LedgerTables :
    IEntityTypeConfiguration<DeviceRow>,
    IEntityTypeConfiguration<FactsRow>,
    IEntityTypeConfiguration<ClaimRow>,
    IEntityTypeConfiguration<ServiceRow>,
    IEntityTypeConfiguration<AddressTimeRow>,
    IEntityTypeConfiguration<InterfaceRow>,
    IEntityTypeConfiguration<AddressPairRow>,
    IEntityTypeConfiguration<AddressOwnerRow>,
    IEntityTypeConfiguration<AddressMoveRow>,
    IEntityTypeConfiguration<DeviceFieldRow>,
    IEntityTypeConfiguration<DeviceEventRow>,
    IEntityTypeConfiguration<LedgerNumberRow>
{
    public const string Devices = "LedgerDevices", Facts = "LedgerFacts", Claims = "LedgerClaims", Services = "LedgerServices", Times = "LedgerAddressTimes", Interfaces = "LedgerInterfaces", Pairs = "LedgerAddressPairs", Owners = "LedgerAddressOwners", Moves = "LedgerAddressMoves", Fields = "LedgerFields", Events = "LedgerEvents", Numbers = "LedgerNumbers";

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<DeviceRow> builder)
    {
        builder.ToTable(Devices).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        Listed(builder.HasIndex(row => row.NameSort));
        Listed(builder.HasIndex(row => row.Type));
        Listed(builder.HasIndex(row => row.Category));
        Listed(builder.HasIndex(row => row.Department));
        Listed(builder.HasIndex(row => row.Bed));
        Listed(builder.HasIndex(row => row.Person));
        Listed(builder.HasIndex(row => row.IpSort));
        Listed(builder.HasIndex(row => row.Vendor));
        Listed(builder.HasIndex(row => row.Model));
        Listed(builder.HasIndex(row => row.Fingerprint));
        Listed(builder.HasIndex(row => row.FirstSeen));
        Listed(builder.HasIndex(row => row.LastSeen));
        Listed(builder.HasIndex(row => row.OpenFindings));
        Listed(builder.HasIndex(row => row.LifeCycle));
        builder.HasIndex(row => row.AssetTag);
        builder.HasIndex(row => row.SerialNumber);
        builder.HasIndex(row => row.Mac);
        // Counted by the findings: the ledger writes its own columns only.
        builder.Property(row => row.OpenFindings).HasDefaultValue(0);
    }

    /// <summary>An index of what lists show. As a column in front, SQLite would use it for "= 1" alone, which no query writes.</summary>
    private static void Listed(IndexBuilder<DeviceRow> index) => index.HasFilter("\"IsListed\"");

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<FactsRow> builder)
    {
        builder.ToTable(Facts).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.InterfaceId);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<ClaimRow> builder)
    {
        builder.ToTable(Claims).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.FactsId);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<ServiceRow> builder) =>
        builder.ToTable(Services).HasKey(row => new { row.FactsId, row.IsOffer, row.Carrier, row.Port });

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<AddressTimeRow> builder)
    {
        builder.ToTable(Times).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.FactsId);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<InterfaceRow> builder)
    {
        builder.ToTable(Interfaces).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.DeviceId);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<AddressPairRow> builder) =>
        builder.ToTable(Pairs).HasKey(row => new { row.Mac, row.IpHigh, row.IpLow });

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<AddressOwnerRow> builder) =>
        builder.ToTable(Owners).HasKey(row => new { row.IpHigh, row.IpLow });

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<AddressMoveRow> builder)
    {
        builder.ToTable(Moves).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<DeviceFieldRow> builder)
    {
        builder.ToTable(Fields).HasKey(row => new { row.DeviceId, row.Field });
        builder.HasIndex(row => new { row.Field, row.Value });
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<DeviceEventRow> builder)
    {
        builder.ToTable(Events).HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => row.DeviceId);
        builder.HasIndex(row => row.Operation);
        builder.HasIndex(row => row.Action);
    }

    /// <inheritdoc/>
    public void Configure(EntityTypeBuilder<LedgerNumberRow> builder) => builder.ToTable(Numbers).HasKey(row => row.Name);
}
