using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>Offers heads of HTTP/2 to signatures, written as those of HTTP/1 are.</summary>
internal static class Http2Buffers
{
    /// <summary>A request's head.</summary>
    public static void Request(Hpack fields, HttpBuffers buffers, IBufferSink into)
    {
        if (fields.Method is not { } method) return;
        if (fields.Authority is { Length: > 0 } named && HostOf(fields.Lines) is { IsEmpty: false } other && !Ascii.EqualsIgnoreCase(named, other)) into.Event(Side.Client, EventNames.AuthorityMismatch);
        byte[] host = fields.Authority is { Length: > 0 } authority ? [.. "host: "u8, .. authority, .. "\r\n"u8] : [];
        Pseudo(":method"u8, method, Side.Client, into);
        Pseudo(":path"u8, fields.Path, Side.Client, into);
        Pseudo(":authority"u8, fields.Authority, Side.Client, into);
        buffers.Request([.. method, .. " "u8, .. fields.Path ?? "/"u8.ToArray(), .. " HTTP/2\r\n"u8, .. host, .. fields.Lines], into, ":method\r\n:path\r\n:authority\r\n"u8);
    }

    /// <summary>What a field Host says, which must be what the authority is (RFC 9113, section 8.3.1).</summary>
    private static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = end < 0 ? lines : lines[..end];
            if (line.Length > 5 && Ascii.EqualsIgnoreCase(line[..5], "host:"u8)) return line[5..].Trim((byte)' ');
            lines = end < 0 ? default : lines[(end + 2)..];
        }
        return default;
    }

    /// <summary>A response's head.</summary>
    public static void Response(Hpack fields, HttpBuffers buffers, IBufferSink into)
    {
        byte[] status = Encoding.ASCII.GetBytes(fields.Status.ToString(CultureInfo.InvariantCulture));
        Pseudo(":status"u8, status, Side.Server, into);
        buffers.Response([.. "HTTP/2 "u8, .. status, .. "\r\n"u8, .. fields.Lines], into, ":status\r\n"u8);
    }

    /// <summary>A field that stands for a part of the start line (RFC 9113, section 8.3).</summary>
    private static void Pseudo(ReadOnlySpan<byte> name, byte[]? value, Side side, IBufferSink into)
    {
        if (value is not null) into.Offer(side == Side.Client ? BufferName.HttpRequestHeader : BufferName.HttpResponseHeader, side, [.. name, .. ": "u8, .. value]);
    }
}
