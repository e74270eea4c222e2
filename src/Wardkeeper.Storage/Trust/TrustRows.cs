using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Trust;

/// <summary>A certificate authority.</summary>
internal sealed class AuthorityRow
{
    public long Number { get; set; }

    public required string Name { get; set; }

    public int Kind { get; set; }

    public int State { get; set; }

    public int KeyKind { get; set; }

    public required string KeyPlace { get; set; }

    public required string KeyId { get; set; }

    public required byte[] Certificate { get; set; }

    public long NotBefore { get; set; }

    public long NotAfter { get; set; }

    public long CrlNumber { get; set; }

    public byte[]? Crl { get; set; }

    public long? CrlDue { get; set; }

    public byte[]? SealedPassword { get; set; }

    /// <summary>The authority that the row holds.</summary>
    public Authority ToAuthority()
    {
        Authority read = new(Number, Name, (AuthorityKind)Kind, (AuthorityState)State, (KeyKind)KeyKind, KeyPlace, KeyId, Certificate, new CaptureTime(NotBefore), new CaptureTime(NotAfter));
        return read with { CrlNumber = CrlNumber, Crl = Crl, CrlDue = TrustTables.Time(CrlDue), SealedPassword = SealedPassword };
    }
}

/// <summary>A certificate that was issued here or bound.</summary>
internal sealed class CertificateRow
{
    public long Number { get; set; }

    public long? Device { get; set; }

    public required string Profile { get; set; }

    public int Grade { get; set; }

    public required string Issuer { get; set; }

    public required string Serial { get; set; }

    public required string Subject { get; set; }

    public string? DeviceSerial { get; set; }

    public required string KeyHash { get; set; }

    public long NotBefore { get; set; }

    public long NotAfter { get; set; }

    public long RenewAt { get; set; }

    public required string How { get; set; }

    public long? RevokedAt { get; set; }

    public string? RevocationReason { get; set; }

    public required byte[] Der { get; set; }
}

/// <summary>A request for a certificate.</summary>
internal sealed class EnrolmentRow
{
    public long Number { get; set; }

    public int State { get; set; }

    public required string How { get; set; }

    public required string Credential { get; set; }

    public required string Subject { get; set; }

    public string? DeviceSerial { get; set; }

    public required string KeyHash { get; set; }

    public long? Device { get; set; }

    public string? Address { get; set; }

    public long Asked { get; set; }

    public string? DecidedBy { get; set; }

    public string? Reason { get; set; }

    public long? Certificate { get; set; }

    public required string Replay { get; set; }

    public long? Voucher { get; set; }

    /// <summary>The request that the row holds.</summary>
    public EnrolmentRequest ToEnrolment() => new(Number, (EnrolmentState)State, How, Credential, Subject, DeviceSerial, KeyHash, Device, Address, new CaptureTime(Asked), DecidedBy, Reason, Certificate) { Replay = Replay, Voucher = Voucher };
}

/// <summary>A voucher; its secret is kept as a hash.</summary>
internal sealed class VoucherRow
{
    public long Number { get; set; }

    public required string Hash { get; set; }

    public long? Device { get; set; }

    public required string Profile { get; set; }

    public required string Note { get; set; }

    public required string Maker { get; set; }

    public long Made { get; set; }

    public long Expires { get; set; }

    public long? Used { get; set; }

    /// <summary>The voucher that the row holds.</summary>
    public Voucher ToVoucher() => new(Number, Device, Profile, Note, Maker, new CaptureTime(Made), new CaptureTime(Expires), TrustTables.Time(Used));
}

/// <summary>A maker's root.</summary>
internal sealed class MakerRootRow
{
    public long Number { get; set; }

    public required string Name { get; set; }

    public required string Subject { get; set; }

    public required string KeyId { get; set; }

    public required string Fingerprint { get; set; }

    public required byte[] Certificate { get; set; }

    public long NotAfter { get; set; }

    public long Since { get; set; }

    public required string Importer { get; set; }

    /// <summary>The root that the row holds.</summary>
    public MakerRoot ToRoot() => new(Number, Name, Subject, KeyId, Fingerprint, Certificate, new CaptureTime(NotAfter), new CaptureTime(Since), Importer);
}

/// <summary>A maker's list of revoked certificates.</summary>
internal sealed class MakerListRow
{
    public required string Issuer { get; set; }

    public required string IssuerName { get; set; }

    public long Root { get; set; }

    public long Made { get; set; }

    public long? Next { get; set; }

    public int Revoked { get; set; }

    public required byte[] Content { get; set; }

    public long Since { get; set; }

    public required string Importer { get; set; }

    /// <summary>The list that the row holds.</summary>
    public MakerList ToList() => new(Issuer, IssuerName, Root, new CaptureTime(Made), TrustTables.Time(Next), Revoked, Content, new CaptureTime(Since), Importer);
}

/// <summary>A device that a purchase order announces.</summary>
internal sealed class ExpectedRow
{
    public required string Serial { get; set; }

    public required string PurchaseOrder { get; set; }

    public string? Maker { get; set; }

    public string? Model { get; set; }

    public long? Device { get; set; }

    public required string EnteredBy { get; set; }

    public long Since { get; set; }

    public long? Enrolled { get; set; }

    /// <summary>The device that the row announces.</summary>
    public ExpectedDevice ToExpected() => new(Serial, PurchaseOrder, Maker, Model, Device, EnteredBy, new CaptureTime(Since), TrustTables.Time(Enrolled));
}

internal sealed class TrustTables : IEntityTypeConfiguration<AuthorityRow>, IEntityTypeConfiguration<CertificateRow>, IEntityTypeConfiguration<EnrolmentRow>, IEntityTypeConfiguration<VoucherRow>, IEntityTypeConfiguration<MakerRootRow>, IEntityTypeConfiguration<MakerListRow>, IEntityTypeConfiguration<ExpectedRow>
{
    /// <summary>A time that may be missing.</summary>
    public static CaptureTime? Time(long? nanoseconds) => nanoseconds is { } some ? new CaptureTime(some) : null;

    public void Configure(EntityTypeBuilder<AuthorityRow> builder)
    {
        builder.ToTable("trust_authorities").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.KeyId).IsUnique();
    }

    public void Configure(EntityTypeBuilder<CertificateRow> builder)
    {
        builder.ToTable("trust_certificates").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.Issuer, row.Serial }).IsUnique();
        builder.HasIndex(row => row.KeyHash);
        builder.HasIndex(row => row.Device);
    }

    public void Configure(EntityTypeBuilder<EnrolmentRow> builder)
    {
        builder.ToTable("trust_enrolments").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Replay).IsUnique();
        builder.HasIndex(row => row.State);
    }

    public void Configure(EntityTypeBuilder<VoucherRow> builder)
    {
        builder.ToTable("trust_vouchers").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Hash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<MakerRootRow> builder)
    {
        builder.ToTable("trust_maker_roots").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Fingerprint).IsUnique();
    }

    public void Configure(EntityTypeBuilder<MakerListRow> builder)
    {
        builder.ToTable("trust_maker_lists").HasKey(row => row.Issuer);
        FindingTables.SnakeCase(builder);
    }

    public void Configure(EntityTypeBuilder<ExpectedRow> builder)
    {
        builder.ToTable("trust_expected").HasKey(row => row.Serial);
        FindingTables.SnakeCase(builder);
    }
}
