using System.Data.Common;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Admission;

/// <summary>A decision.</summary>
internal sealed class AdmissionDecisionRow
{
    public static readonly string[] Columns =
        ["number", "at", "mac", "device", "segment", "method", "outcome", "wanted", "grade", "score", "nas", "nas_identifier", "port", "ssid", "vlan", "acl", "user_name", "certificate_serial", "reasons", "traits", "action"];

    public long Number { get; set; }

    public long At { get; set; }

    public required string Mac { get; set; }

    public long? Device { get; set; }

    public required string Segment { get; set; }

    public int Method { get; set; }

    public int Outcome { get; set; }

    public int Wanted { get; set; }

    public int Grade { get; set; }

    public int? Score { get; set; }

    public required string Nas { get; set; }

    public string? NasIdentifier { get; set; }

    public string? Port { get; set; }

    public string? Ssid { get; set; }

    public string? Vlan { get; set; }

    public string? Acl { get; set; }

    public required string UserName { get; set; }

    public string? CertificateSerial { get; set; }

    /// <summary>A JSON array of keys and values.</summary>
    public required string Reasons { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Traits { get; set; }

    public long? Action { get; set; }

    /// <summary>How <see cref="Reasons"/> begins when a reason decides.</summary>
    /// <param name="key">The reason's key.</param>
    public static string Deciding(string key) => $"[{{\"{nameof(AdmissionReason.Key)}\":{JsonSerializer.Serialize(key)},";

    /// <summary>The values of a decision in the order of <see cref="Columns"/>.</summary>
    public static object?[] Values(AdmissionDecision decision)
    {
        AdmissionRequest asked = decision.Request;
        return
        [
            decision.Number, asked.At.Nanoseconds, asked.Mac, decision.Device, decision.Segment, (int)asked.Method, (int)decision.Outcome, (int)decision.Wanted, (int)decision.Grade, decision.Match.Score,
            asked.NasAddress.ToString(), asked.NasIdentifier, asked.Port, asked.Ssid, decision.Vlan, decision.Acl, asked.UserName, asked.Certificate?.Serial,
            JsonSerializer.Serialize(decision.Reasons), JsonSerializer.Serialize(decision.Match.Traits), decision.Cleared?.Action.Number,
        ];
    }

    /// <summary>The decision that the row holds.</summary>
    public KeptDecision ToDecision() => new(
        Number, new CaptureTime(At), Mac, Device, Segment, (AdmissionMethod)Method, (AdmissionOutcome)Outcome, (AdmissionOutcome)Wanted, (IdentityGrade)Grade, Score, Nas, NasIdentifier, Port, Ssid, Vlan, Acl, UserName,
        CertificateSerial, JsonSerializer.Deserialize<List<AdmissionReason>>(Reasons)!, JsonSerializer.Deserialize<List<TraitMatch>>(Traits)!, Action);
}

/// <summary>A session.</summary>
internal sealed class AdmissionSessionRow
{
    public static readonly string[] Key = ["nas", "id"];

    public static readonly string[] Columns = ["mac", "nas_identifier", "port", "decision", "vlan", "address", "started", "last_seen", "ended", "cause", "bytes_in", "bytes_out", "has_start"];

    public required string Nas { get; set; }

    public required string Id { get; set; }

    public string? Mac { get; set; }

    public string? NasIdentifier { get; set; }

    public string? Port { get; set; }

    public long? Decision { get; set; }

    public string? Vlan { get; set; }

    public string? Address { get; set; }

    public long Started { get; set; }

    public long LastSeen { get; set; }

    public long? Ended { get; set; }

    public string? Cause { get; set; }

    public long? BytesIn { get; set; }

    public long? BytesOut { get; set; }

    public bool HasStart { get; set; }

    /// <summary>The values of a session, the key first.</summary>
    public static object?[] Values(AdmissionSession one) =>
    [
        one.Nas.ToString(), one.Id, one.Mac, one.NasIdentifier, one.Port, one.Decision, one.Vlan, one.Address?.ToString(), one.Started.Nanoseconds, one.LastSeen.Nanoseconds, one.Ended?.Nanoseconds, one.Cause,
        one.BytesIn, one.BytesOut, one.HasStart,
    ];

    /// <summary>A row of a statement that asks for <see cref="Key"/> and <see cref="Columns"/>.</summary>
    public static AdmissionSessionRow Read(DbDataReader row) => new()
    {
        Nas = row.GetString(0),
        Id = row.GetString(1),
        Mac = Text(row, 2),
        NasIdentifier = Text(row, 3),
        Port = Text(row, 4),
        Decision = Number(row, 5),
        Vlan = Text(row, 6),
        Address = Text(row, 7),
        Started = row.GetInt64(8),
        LastSeen = row.GetInt64(9),
        Ended = Number(row, 10),
        Cause = Text(row, 11),
        BytesIn = Number(row, 12),
        BytesOut = Number(row, 13),
        HasStart = row.GetBoolean(14),
    };

    /// <summary>The session that the row holds.</summary>
    public AdmissionSession ToSession() => new(
        IPAddress.Parse(Nas), Id, Mac, NasIdentifier, Port, Decision, Vlan, Address is null ? null : IPAddress.Parse(Address), new CaptureTime(Started), new CaptureTime(LastSeen),
        Ended is { } ended ? new CaptureTime(ended) : null, Cause, BytesIn, BytesOut, HasStart);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

/// <summary>Up to which number decisions may have been given: reserved before they are, so that none is given twice after a crash.</summary>
internal sealed class AdmissionNumberRow
{
    public int Id { get; set; }

    public long Reserved { get; set; }
}

internal sealed class AdmissionTables : IEntityTypeConfiguration<AdmissionDecisionRow>, IEntityTypeConfiguration<AdmissionSessionRow>, IEntityTypeConfiguration<AdmissionNumberRow>
{
    public void Configure(EntityTypeBuilder<AdmissionDecisionRow> builder)
    {
        builder.ToTable("admission_decisions").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.At);
        builder.HasIndex(row => new { row.Segment, row.At });
        builder.HasIndex(row => new { row.Outcome, row.At });
        builder.HasIndex(row => new { row.Device, row.At });
        builder.HasIndex(row => new { row.Mac, row.At });
    }

    public void Configure(EntityTypeBuilder<AdmissionSessionRow> builder)
    {
        builder.ToTable("admission_sessions").HasKey(row => new { row.Nas, row.Id });
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => new { row.Mac, row.Started });
        builder.HasIndex(row => row.Id);
        builder.HasIndex(row => row.Ended);
    }

    public void Configure(EntityTypeBuilder<AdmissionNumberRow> builder)
    {
        builder.ToTable("admission_numbers").HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
    }
}
