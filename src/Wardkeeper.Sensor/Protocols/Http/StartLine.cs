using System.Buffers;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Request lines and status lines of HTTP/1.x (RFC 9112, sections 3 and 4): pure functions over bytes that begin at a line's start.</summary>
internal static class StartLine
{
    private const int LongestMethod = 32;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// Whether bytes begin with a whole request line of HTTP/1.x. No is final: with more bytes the line cannot become one.
    /// </summary>
    public static Match Request(ReadOnlySpan<byte> bytes)
    {
        int method = bytes.IndexOfAnyExcept(TokenBytes);
        if (method < 0) return bytes.Length <= LongestMethod && (bytes.IsEmpty || char.IsAsciiLetter((char)bytes[0])) ? Match.NeedMore : Match.No;
        if (method is 0 or > LongestMethod || bytes[method] != (byte)' ' || !char.IsAsciiLetter((char)bytes[0])) return Match.No;
        int end = EndOfLine(bytes, out Match open);
        if (end < 0) return open;
        return TryRequest(bytes[..end], out _, out _, out _) ? Match.Yes : Match.No;
    }

    /// <summary>Whether bytes begin with a status line; the reason phrase need not be whole.</summary>
    /// <param name="bytes">Bytes from a line's start.</param>
    /// <param name="anyVersion">Whether versions other than 1.x are taken, as browsers take them from servers they speak HTTP/1.x with.</param>
    public static Match Response(ReadOnlySpan<byte> bytes, bool anyVersion = false)
    {
        ReadOnlySpan<byte> pattern = anyVersion ? "HTTP/d.d ddd "u8 : "HTTP/1.d ddd "u8;
        int length = Math.Min(bytes.Length, pattern.Length);
        for (int i = 0; i < length; i++)
        {
            bool fits = pattern[i] switch
            {
                (byte)'d' => bytes[i] is >= (byte)'0' and <= (byte)'9',
                (byte)' ' when i == pattern.Length - 1 => bytes[i] is (byte)' ' or (byte)'\r' or (byte)'\n',
                byte expected => bytes[i] == expected,
            };
            if (!fits) return Match.No;
        }
        if (length < pattern.Length) return Match.NeedMore;
        return bytes[9] == (byte)'0' ? Match.No : Match.Yes;
    }

    /// <summary>Takes a request line without its end apart; the target may hold blanks, as careless clients send them.</summary>
    public static bool TryRequest(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out ReadOnlySpan<byte> version)
    {
        method = target = version = default;
        line = line.TrimEnd(" \r\n"u8);
        int first = line.IndexOf((byte)' '), last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first) return false;
        ReadOnlySpan<byte> name = line[(last + 1)..];
        if (name.Length != 8 || !name.StartsWith("HTTP/1."u8) || name[7] is < (byte)'0' or > (byte)'9') return false;
        method = line[..first];
        target = line[first..last].Trim((byte)' ');
        version = name[5..];
        // UPnP searches with the grammar of HTTP but another protocol: SSDP.
        return !target.IsEmpty && !method.SequenceEqual("M-SEARCH"u8);
    }

    /// <summary>Takes a status line apart that <see cref="Response"/> accepted.</summary>
    public static void ReadResponse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> version, out int status, out ReadOnlySpan<byte> reason)
    {
        version = line.Slice(5, 3);
        status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + (line[11] - '0');
        reason = line[12..].Trim(" \r\n"u8);
    }

    /// <summary>Whether the method is one that a lost beginning cannot have made out of another.</summary>
    public static bool IsUnmistakable(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)' ');
        if (end < 0) return true;
        ReadOnlySpan<byte> method = bytes[..end];
        return method.SequenceEqual("GET"u8) || method.SequenceEqual("POST"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("PUT"u8)
            || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("PATCH"u8)
            || method.SequenceEqual("CONNECT"u8) || method.SequenceEqual("PROPFIND"u8);
    }

    /// <summary>The line's length without its end, or -1 and whether it can still become a line.</summary>
    private static int EndOfLine(ReadOnlySpan<byte> bytes, out Match open)
    {
        open = Match.No;
        ReadOnlySpan<byte> window = bytes[..Math.Min(bytes.Length, HttpLimits.Line)];
        int control = window.IndexOfAnyInRange((byte)0, (byte)0x1F);
        if (control < 0)
        {
            if (bytes.Length < HttpLimits.Line) open = Match.NeedMore;
            return -1;
        }
        if (window[control] == (byte)'\n') return control;
        if (window[control] != (byte)'\r') return -1;
        if (control + 1 == window.Length)
        {
            if (bytes.Length < HttpLimits.Line) open = Match.NeedMore;
            return -1;
        }
        return window[control + 1] == (byte)'\n' ? control : -1;
    }
}
