using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Coap;

/// <summary>One request with its answer, or an answer alone (a notification of something that is observed).</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if there was no request.</param>
public sealed record CoapExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "coap";

    /// <summary>Method; absent when no request was seen. RFC 7252, section 5.8.</summary>
    public string? Method { get; init; }

    /// <summary>Whether the sender wants it acknowledged.</summary>
    public bool IsConfirmable { get; init; }

    /// <summary>Host that is asked, when the request names one.</summary>
    public string? Host { get; init; }

    /// <summary>Path and query, patients masked.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>Whether the client asks to be told of changes, or the answer tells of one. RFC 7641.</summary>
    public bool IsObserving { get; init; }

    /// <summary>Answer, for example <c>2.05 Content</c>; absent when none was seen.</summary>
    public string? Status { get; init; }

    /// <summary>Format of the answer's content, or the request's if it has none.</summary>
    public string? ContentFormat { get; init; }

    /// <summary>Bytes of the request's content.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of the answer's content.</summary>
    public long? ResponseBytes { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Flag("is_confirmable"u8, IsConfirmable);
        row.Text("host"u8, Host);
        row.Text("uri"u8, Uri);
        row.Flag("is_observing"u8, IsObserving);
        row.Text("status"u8, Status);
        row.Text("content_format"u8, ContentFormat);
        row.Number("request_bytes"u8, RequestBytes);
        row.Number("response_bytes"u8, ResponseBytes);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (Status is not null) into.Service();
    }
}
