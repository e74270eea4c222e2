using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Tasks;

/// <summary>A task.</summary>
internal sealed class TaskRow
{
    public long Number { get; set; }

    public required string Kind { get; set; }

    public required string Question { get; set; }

    /// <summary>A JSON array.</summary>
    public required string Answers { get; set; }

    public string? ToPerson { get; set; }

    public int? ToRole { get; set; }

    public string? ToDepartment { get; set; }

    public required string Sender { get; set; }

    public long Asked { get; set; }

    public long? Due { get; set; }

    public long? Device { get; set; }

    public long? Finding { get; set; }

    /// <summary>open, answered, withdrawn.</summary>
    public required string State { get; set; }

    public string? Answer { get; set; }

    public string? Comment { get; set; }

    public string? EndedBy { get; set; }

    public long? Ended { get; set; }

    public long Revision { get; set; }

    /// <summary>The task that the row holds.</summary>
    public StaffTask ToTask() => new()
    {
        Number = Number,
        Kind = Kind,
        Question = Question,
        Answers = JsonSerializer.Deserialize<List<string>>(Answers)!,
        To = new Addressee(ToPerson, (Role?)ToRole, ToDepartment),
        From = Sender,
        Asked = new CaptureTime(Asked),
        Due = Due is { } due ? new CaptureTime(due) : null,
        Device = Device,
        Finding = Finding,
        State = State switch { "answered" => TaskState.Answered, "withdrawn" => TaskState.Withdrawn, _ => TaskState.Open },
        Answer = Answer,
        Comment = Comment,
        By = EndedBy,
        Ended = Ended is { } ended ? new CaptureTime(ended) : null,
        Revision = Revision,
    };
}

internal sealed class TaskTable : IEntityTypeConfiguration<TaskRow>
{
    public void Configure(EntityTypeBuilder<TaskRow> builder)
    {
        builder.ToTable("tasks").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
        builder.HasIndex(row => row.Due);
        builder.HasIndex(row => row.Asked);
        builder.HasIndex(row => row.Device);
        builder.HasIndex(row => row.Finding);
        builder.HasIndex(row => row.ToPerson);
        builder.HasIndex(row => row.ToDepartment);
        builder.HasIndex(row => row.Sender);
    }
}
