using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Response;

/// <summary>An action. It is read and written as a whole; beside it stands what is looked for.</summary>
internal sealed class ActionRow
{
    private static readonly JsonSerializerOptions Form = new() { Converters = { new TimeConverter(), new JsonStringEnumConverter() } };

    public long Number { get; set; }

    public int State { get; set; }

    public long? Finding { get; set; }

    /// <summary>When it ends by itself; while it waits, when it lapses.</summary>
    public long Until { get; set; }

    /// <summary>The whole action as JSON.</summary>
    public required string Document { get; set; }

    /// <summary>The action as the document tells it.</summary>
    public static ResponseAction Read(string document) => JsonSerializer.Deserialize<ResponseAction>(document, Form)!;

    /// <summary>The document of an action.</summary>
    public static string Write(ResponseAction action) => JsonSerializer.Serialize(action, Form);

    private sealed class TimeConverter : JsonConverter<CaptureTime>
    {
        public override CaptureTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, CaptureTime value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Nanoseconds);
    }
}

/// <summary>A device that an action touches, with its department when it was proposed.</summary>
internal sealed class ActionDeviceRow
{
    public long Action { get; set; }

    public long Device { get; set; }

    public string? Department { get; set; }
}

internal sealed class ActionTables : IEntityTypeConfiguration<ActionRow>, IEntityTypeConfiguration<ActionDeviceRow>
{
    public void Configure(EntityTypeBuilder<ActionRow> builder)
    {
        builder.ToTable("actions").HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.State);
        builder.HasIndex(row => row.Finding);
        builder.HasIndex(row => row.Until);
    }

    public void Configure(EntityTypeBuilder<ActionDeviceRow> builder)
    {
        builder.ToTable("action_devices").HasKey(row => new { row.Action, row.Device });
        FindingTables.SnakeCase(builder);
        builder.HasIndex(row => row.Device);
    }
}
