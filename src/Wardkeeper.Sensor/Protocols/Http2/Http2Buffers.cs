using System.Text;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>Offers heads of HTTP/2 to signatures, written as those of HTTP/1 are.</summary>
internal static class Http2Buffers
{
    /// <summary>A request's head.</summary>
    public static void Request(Hpack fields, HttpBuffers buffers, IBufferSink into)
    {
        if (fields.Method is not { } method) return;
        byte[] host = fields.Authority is { Length: > 0 } authority ? [.. "host: "u8, .. authority, .. "\r\n"u8] : [];
        buffers.Request([.. method, .. " "u8, .. fields.Path ?? "/"u8.ToArray(), .. " HTTP/2\r\n"u8, .. host, .. fields.Lines], into);
    }

    /// <summary>A response's head.</summary>
    public static void Response(Hpack fields, HttpBuffers buffers, IBufferSink into) =>
        buffers.Response([.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"HTTP/2 {fields.Status}\r\n")), .. fields.Lines], into);
}
