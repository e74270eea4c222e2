using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Cases;

/// <summary>An uploaded capture in the main store. The row of a deleted one stays, so that no number is given twice.</summary>
internal sealed class CaseRow
{
    public long Number { get; set; }

    public required string Name { get; set; }

    public long Size { get; set; }

    public required string Sha256 { get; set; }

    public required string MadeBy { get; set; }

    public long At { get; set; }

    /// <summary>queued, analysing, done, failed, cancelled, deleted.</summary>
    public required string State { get; set; }

    public double Progress { get; set; }

    public long Packets { get; set; }

    public long? First { get; set; }

    public long? Last { get; set; }

    public long Devices { get; set; }

    public long Findings { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Problems { get; set; }

    public string? KeptBecause { get; set; }

    public long? KeptUntil { get; set; }

    public bool HasFile { get; set; }

    public bool CanOpen { get; set; }

    /// <summary>The case that the row holds.</summary>
    public CaseLine ToLine() => new()
    {
        Number = Number,
        Name = Name,
        Size = Size,
        Sha256 = Sha256,
        By = MadeBy,
        At = new CaptureTime(At),
        State = CaseStates.Of(State),
        Progress = Progress,
        Packets = Packets,
        First = First is { } first ? new CaptureTime(first) : null,
        Last = Last is { } last ? new CaptureTime(last) : null,
        Devices = Devices,
        Findings = Findings,
        Problems = JsonSerializer.Deserialize<List<CaseProblem>>(Problems)!,
        KeptBecause = KeptBecause,
        KeptUntil = KeptUntil is { } until ? new CaptureTime(until) : null,
        HasFile = HasFile,
        CanOpen = CanOpen,
    };
}

/// <summary>States as they are stored.</summary>
internal static class CaseStates
{
    /// <summary>State of a row whose case is gone.</summary>
    public const string Deleted = "deleted";

    public static string Word(CaseState state) => state switch { CaseState.Analysing => "analysing", CaseState.Done => "done", CaseState.Failed => "failed", CaseState.Cancelled => "cancelled", _ => "queued" };

    public static CaseState Of(string word) => word switch { "analysing" => CaseState.Analysing, "done" => CaseState.Done, "failed" => CaseState.Failed, "cancelled" => CaseState.Cancelled, _ => CaseState.Queued };
}

internal sealed class CaseTable : IEntityTypeConfiguration<CaseRow>
{
    public void Configure(EntityTypeBuilder<CaseRow> builder)
    {
        builder.ToTable("cases").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
        builder.HasIndex(row => row.MadeBy);
        builder.HasIndex(row => row.At);
        builder.HasIndex(row => row.KeptUntil);
    }
}
