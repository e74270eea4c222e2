using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Rtsp;

/// <summary>A request or an answer of RTSP/1.0 (RFC 2326, sections 4 to 7).</summary>
/// <param name="Start">Request line or status line.</param>
/// <param name="Headers">Headers; their names do not mind case.</param>
/// <param name="Body">Body, empty when there is none.</param>
internal sealed record RtspMessage(string Start, IReadOnlyDictionary<string, string> Headers, string Body = "")
{
    /// <summary>First word of the start line: the method of a request.</summary>
    public string Method => Start.Split(' ')[0];

    /// <summary>Second word of the start line: the address of a request, the status of an answer.</summary>
    public string Second => Start.Split(' ') is [_, { } second, ..] ? second : throw new InvalidDataException($"no RTSP start line: {Start}");

    /// <summary>A header, or an empty text.</summary>
    public string this[string header] => Headers.GetValueOrDefault(header, "");

    /// <summary>Puts a message together; headers with an empty value are left out.</summary>
    public static RtspMessage Of(string start, string body, params IEnumerable<(string Name, string Value)> headers) =>
        new(start, headers.Where(header => header.Value.Length > 0).ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), body);

    /// <summary>As it is sent. A body has its length before it (section 12.14).</summary>
    public byte[] ToBytes()
    {
        StringBuilder text = new StringBuilder(Start).Append("\r\n");
        foreach ((string name, string value) in Headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        if (Body.Length > 0) text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(Body).ToString());
    }
}
