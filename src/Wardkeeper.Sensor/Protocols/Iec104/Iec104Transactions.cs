using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Iec104;

/// <summary>A command to a station with its answer, a change of the transfer's state, or how often a station reported a type of data.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public sealed record Iec104Message(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "iec104";

    /// <summary><c>command</c>, <c>reports</c>, <c>start-transfer</c> or <c>stop-transfer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Type of the data unit, for example <c>C_SC_NA_1</c>. IEC 60870-5-101, 7.2.1.</summary>
    public string? Type { get; init; }

    /// <summary>Cause of transmission of the command: <c>act</c>, <c>deact</c>, <c>req</c>. 7.2.3.</summary>
    public string? Cause { get; init; }

    /// <summary>Cause of the answer: <c>actcon</c>, <c>deactcon</c>, <c>unknown-information-object</c> …; null without an answer.</summary>
    public string? Answer { get; init; }

    /// <summary>Whether the station refused.</summary>
    public bool? Negative { get; init; }

    /// <summary>Whether it is marked as a test.</summary>
    public bool? Test { get; init; }

    /// <summary>Whether the command changes what the station controls.</summary>
    public bool? IsWrite { get; init; }

    /// <summary>Address of the station, 1 to 65,535; 65,535 is all.</summary>
    public int? CommonAddress { get; init; }

    /// <summary>Address of the originator, 0 to 255.</summary>
    public int? Originator { get; init; }

    /// <summary>Address of the object; of a command to several, each has its row.</summary>
    public int? ObjectAddress { get; init; }

    /// <summary>State of a single or double command: <c>on</c>, <c>off</c>.</summary>
    public string? Value { get; init; }

    /// <summary>Whether the command only selects, to be executed later.</summary>
    public bool? Select { get; init; }

    /// <summary>Data units of this type that the station sent in the flow.</summary>
    public long? Count { get; init; }

    /// <summary>Objects in these data units.</summary>
    public long? Objects { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("type"u8, Type);
        row.Text("cause"u8, Cause);
        row.Text("answer"u8, Answer);
        row.Flag("negative"u8, Negative);
        row.Flag("test"u8, Test);
        row.Flag("is_write"u8, IsWrite);
        row.Number("common_address"u8, CommonAddress);
        row.Number("originator"u8, Originator);
        row.Number("object_address"u8, ObjectAddress);
        row.Text("value"u8, Value);
        row.Flag("select"u8, Select);
        row.Number("count"u8, Count);
        row.Number("objects"u8, Objects);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Answer is null && Kind != "reports") return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "outstation", "IEC 60870-5-104");
    }
}
