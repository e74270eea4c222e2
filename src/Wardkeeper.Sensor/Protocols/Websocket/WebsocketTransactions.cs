using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Websocket;

/// <summary>A connection of HTTP that became one of WebSocket. Fields have Zeek's names.</summary>
/// <param name="At">Time of the packet that completed the server's answer.</param>
/// <param name="Bytes">Where the request's head lies in the stream.</param>
public sealed record WebsocketUpgrade(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "websocket";

    /// <summary>Host field of the request.</summary>
    public string? Host { get; init; }

    /// <summary>Request target, patients masked.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>User-Agent field of the request.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Protocol that the server chose. RFC 6455, section 1.9.</summary>
    public string? Subprotocol { get; init; }

    /// <summary>Protocols that the client offered, at most 8; of those that carry a token only the first part.</summary>
    public IReadOnlyList<string>? ClientProtocols { get; init; }

    /// <summary>Extensions that the server chose. RFC 6455, section 9.</summary>
    public IReadOnlyList<string>? ServerExtensions { get; init; }

    /// <summary>Extensions that the client offered, at most 8.</summary>
    public IReadOnlyList<string>? ClientExtensions { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("host"u8, Host);
        row.Text("uri"u8, Uri);
        row.Text("user_agent"u8, UserAgent);
        row.Text("subprotocol"u8, Subprotocol);
        row.Texts("client_protocols"u8, ClientProtocols);
        row.Texts("server_extensions"u8, ServerExtensions);
        row.Texts("client_extensions"u8, ClientExtensions);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Service(Subprotocol);
    }

    /// <inheritdoc/>
    internal override string? Protocol => "websocket";
}

/// <summary>What one connection carried, when it ends. Contents are counted, of the first of each side it is told what they look like.</summary>
/// <param name="At">Time of the last frame.</param>
/// <param name="Bytes">Where the first frame lies in the stream.</param>
public sealed record WebsocketTraffic(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "websocket_traffic";

    /// <summary>Text messages of the client.</summary>
    public long ClientTexts { get; init; }

    /// <summary>Binary messages of the client.</summary>
    public long ClientBinaries { get; init; }

    /// <summary>Bytes of content that the client sent.</summary>
    public long ClientBytes { get; init; }

    /// <summary>Text messages of the server.</summary>
    public long ServerTexts { get; init; }

    /// <summary>Binary messages of the server.</summary>
    public long ServerBinaries { get; init; }

    /// <summary>Bytes of content that the server sent.</summary>
    public long ServerBytes { get; init; }

    /// <summary>Pings and their answers, of both sides.</summary>
    public long Pings { get; init; }

    /// <summary>What the client's first message looks like: <c>json</c>, <c>xml</c>, <c>text</c>, <c>hl7</c>, <c>mqtt</c>, <c>http</c>, <c>stomp</c>, <c>image</c>, <c>binary</c>, <c>compressed</c>.</summary>
    public string? ClientKind { get; init; }

    /// <summary>What the server's first message looks like, in the same words.</summary>
    public string? ServerKind { get; init; }

    /// <summary>Code with which the connection was closed, 1000 to 4999. RFC 6455, section 7.4.</summary>
    public int? CloseCode { get; init; }

    /// <summary>Whether the server closed first; absent when nobody did.</summary>
    public bool? ClosedByServer { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("client_texts"u8, ClientTexts);
        row.Number("client_binaries"u8, ClientBinaries);
        row.Number("client_bytes"u8, ClientBytes);
        row.Number("server_texts"u8, ServerTexts);
        row.Number("server_binaries"u8, ServerBinaries);
        row.Number("server_bytes"u8, ServerBytes);
        row.Number("pings"u8, Pings);
        row.Text("client_kind"u8, ClientKind);
        row.Text("server_kind"u8, ServerKind);
        row.Number("close_code"u8, CloseCode);
        row.Flag("closed_by_server"u8, ClosedByServer);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        into.Service();
    }
}
