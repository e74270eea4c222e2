using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kafka;

/// <summary>One request to a Kafka broker with its answer. Records are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record KafkaRequest(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "kafka";

    /// <summary>Request, for example <c>Produce</c>.</summary>
    public required string Request { get; init; }

    /// <summary>Version of the request.</summary>
    public int Version { get; init; }

    /// <summary>The client's identifier.</summary>
    public string? ClientId { get; init; }

    /// <summary>The client's software with its version, with ApiVersions from version 3 on.</summary>
    public string? Software { get; init; }

    /// <summary>Topics, what names a patient in them masked; of Produce and Fetch the first, of Metadata at most 8.</summary>
    public IReadOnlyList<MaskedText>? Topics { get; init; }

    /// <summary>Consumer group.</summary>
    public string? Group { get; init; }

    /// <summary>Mechanism of SASL.</summary>
    public string? Mechanism { get; init; }

    /// <summary>User of SASL PLAIN; the password is not kept.</summary>
    public string? User { get; init; }

    /// <summary>Bytes of the request.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the answer; absent when none was seen.</summary>
    public long? ResponseBytes { get; init; }

    /// <summary>Error of the answer, where it comes first in it.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("request"u8, Request);
        row.Number("version"u8, Version);
        row.Text("client_id"u8, ClientId);
        row.Text("software"u8, Software);
        row.Texts("topics"u8, Topics);
        row.Text("group"u8, Group);
        row.Text("mechanism"u8, Mechanism);
        row.Text("user"u8, User);
        row.Number("request_bytes"u8, RequestBytes);
        row.Number("response_bytes"u8, ResponseBytes);
        row.Text("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (ResponseBytes is not null) into.Service();
        into.Claim(flow.Client, ClaimKind.Software, Software, "ApiVersions");
    }
}
