using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>A request over HTTP/1.1 (RFC 9112) whose body has a stated length, as SOAP clients send it.</summary>
/// <param name="IsPost">Whether it is a POST.</param>
/// <param name="Body">Its body.</param>
internal sealed record HttpPost(bool IsPost, byte[] Body)
{
    /// <summary>Reads the next request of a connection; null where the client has closed.</summary>
    /// <exception cref="InvalidDataException">It is no request, or its length is not known.</exception>
    public static async Task<HttpPost?> ReadAsync(ByteReader reader, CancellationToken cancel)
    {
        byte[]? head = await reader.ThroughAsync("\r\n\r\n"u8.ToArray(), cancel);
        if (head is null) return null;
        string[] lines = Encoding.ASCII.GetString(head).Split("\r\n");
        if (!lines[0].Contains(" HTTP/1.", StringComparison.Ordinal)) throw new InvalidDataException("what came is no HTTP request");
        string? stated = lines.Skip(1).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2 && parts[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(parts => parts[1].Trim()).FirstOrDefault();
        bool isPost = lines[0].StartsWith("POST ", StringComparison.Ordinal);
        if (!isPost && stated is null) return new(false, []);
        if (!int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out int length)) throw new InvalidDataException("an HTTP request does not state its length");
        return new(isPost, length == 0 ? [] : await reader.BlockAsync(length, cancel) ?? throw new InvalidDataException("the client closed instead of sending the body"));
    }
}
