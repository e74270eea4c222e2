using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sctp;

/// <summary>One association of SCTP at its end, or after each hour of one that does not end.</summary>
/// <param name="At">Time of the last packet.</param>
/// <param name="Bytes">Where the first lies.</param>
public sealed record SctpAssociation(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "sctp";

    /// <summary>Kinds of chunks that were seen, in order of appearance, at most 32. RFC 9260, 3.2.</summary>
    public IReadOnlyList<string>? ChunkTypes { get; init; }

    /// <summary>Protocols that its data is said to be, in order of appearance, at most 16.</summary>
    public IReadOnlyList<string>? PayloadProtocols { get; init; }

    /// <summary>Chunks of data that the client sent.</summary>
    public long ClientData { get; init; }

    /// <summary>Chunks of data that the server sent.</summary>
    public long ServerData { get; init; }

    /// <summary>Further addresses of the client, from its request, at most 8.</summary>
    public IReadOnlyList<string>? ClientAddresses { get; init; }

    /// <summary>Further addresses of the server, from its answer, at most 8.</summary>
    public IReadOnlyList<string>? ServerAddresses { get; init; }

    /// <summary>Cause with which a side broke it off, 1 to 13, or 0 for none given; null if nobody did. RFC 9260, 3.3.10.</summary>
    public int? Abort { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Texts("chunk_types"u8, ChunkTypes);
        row.Texts("payload_protocols"u8, PayloadProtocols);
        row.Number("client_data"u8, ClientData);
        row.Number("server_data"u8, ServerData);
        row.Texts("client_addresses"u8, ClientAddresses);
        row.Texts("server_addresses"u8, ServerAddresses);
        row.Number("abort"u8, Abort);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (ServerData > 0 || ServerAddresses is not null) into.Service(PayloadProtocols is null ? null : string.Join(' ', PayloadProtocols));
    }
}
