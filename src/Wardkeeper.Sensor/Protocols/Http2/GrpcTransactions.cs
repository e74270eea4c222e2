using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>One call of gRPC; its HTTP/2 stream has a row of HTTP as well. Messages are counted, not read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request's header block lies in the stream.</param>
public sealed record GrpcCall(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "grpc";

    /// <summary>Service with its package, for example <c>grpc.health.v1.Health</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Method.</summary>
    public required string Method { get; init; }

    /// <summary>Whom the client meant to call.</summary>
    public string? Authority { get; init; }

    /// <summary>Library of the client with its version.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How the call ended: <c>OK</c>, <c>UNAVAILABLE</c> …; absent when it was not seen to end. gRPC, status codes.</summary>
    public string? Status { get; init; }

    /// <summary>Messages that the client sent.</summary>
    public int RequestMessages { get; init; }

    /// <summary>Messages that the server sent.</summary>
    public int ResponseMessages { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Text("method"u8, Method);
        row.Text("authority"u8, Authority);
        row.Text("user_agent"u8, UserAgent);
        row.Text("status"u8, Status);
        row.Number("request_messages"u8, RequestMessages);
        row.Number("response_messages"u8, ResponseMessages);
    }

    /// <summary>The call in a stream.</summary>
    internal static GrpcCall Of(HttpExchange exchange, (string Service, string Method) call, Http2Stream stream) => new(exchange.At, exchange.Bytes)
    {
        Began = exchange.Began,
        Service = call.Service,
        Method = call.Method,
        Authority = exchange.Host,
        UserAgent = exchange.UserAgent,
        Status = stream.CallStatus is { } status ? StatusName(status) : null,
        RequestMessages = stream.Messages(Side.Client),
        ResponseMessages = stream.Messages(Side.Server),
    };

    private static string StatusName(int status) => status switch
    {
        0 => "OK",
        1 => "CANCELLED",
        2 => "UNKNOWN",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        6 => "ALREADY_EXISTS",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        9 => "FAILED_PRECONDITION",
        10 => "ABORTED",
        11 => "OUT_OF_RANGE",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        15 => "DATA_LOSS",
        16 => "UNAUTHENTICATED",
        _ => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
