namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>A request's target in the form that rules are written for: decoded once, with its path's dots and doubled slashes resolved. Pure.</summary>
internal static class HttpUriForm
{
    /// <summary>The host of an absolute target, or nothing.</summary>
    public static ReadOnlySpan<byte> Host(ReadOnlySpan<byte> target)
    {
        int scheme = target.IndexOf("://"u8);
        if (scheme is < 1 or > 8) return default;
        ReadOnlySpan<byte> rest = target[(scheme + 3)..];
        int end = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        ReadOnlySpan<byte> host = end < 0 ? rest : rest[..end];
        int at = host.LastIndexOf((byte)'@');
        return at < 0 ? host : host[(at + 1)..];
    }

    /// <summary>A host without its port.</summary>
    public static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> host)
    {
        int colon = host.LastIndexOf((byte)':');
        return colon > 0 && host.LastIndexOf((byte)']') < colon ? host[..colon] : host;
    }

    /// <summary>Path and query, and whether something was encoded twice.</summary>
    public static (byte[] Uri, bool IsDouble) Normal(ReadOnlySpan<byte> target)
    {
        int scheme = target.IndexOf("://"u8);
        if (scheme is >= 1 and <= 8)
        {
            ReadOnlySpan<byte> rest = target[(scheme + 3)..];
            int slash = rest.IndexOfAny((byte)'/', (byte)'?');
            target = slash < 0 ? "/"u8 : rest[slash..];
        }
        int query = target.IndexOf((byte)'?'), fragment = target.IndexOf((byte)'#');
        int pathEnd = query < 0 ? target.Length : query;
        if (fragment >= 0 && fragment < pathEnd) pathEnd = fragment;
        bool isDouble = false;
        byte[] path = Resolve(Decode(target[..pathEnd], inPath: true, ref isDouble));
        byte[] rest2 = Decode(target[pathEnd..], inPath: false, ref isDouble);
        return ([.. path, .. rest2], isDouble);
    }

    private static byte[] Decode(ReadOnlySpan<byte> bytes, bool inPath, ref bool isDouble)
    {
        List<byte> into = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte value = bytes[i];
            if (value == '%' && IsHex(bytes, i + 1) && IsHex(bytes, i + 2))
            {
                value = (byte)((Digit(bytes[i + 1]) << 4) | Digit(bytes[i + 2]));
                i += 2;
                if (value == '%' && IsHex(bytes, i + 1) && IsHex(bytes, i + 2)) isDouble = true;
            }
            else if (value == '+' && !inPath) value = (byte)' ';
            into.Add(inPath && value == '\\' ? (byte)'/' : value);
        }
        return [.. into];
    }

    private static byte[] Resolve(byte[] path)
    {
        if (path.Length == 0 || path[0] != '/') return path;
        List<(int Start, int Length)> parts = [];
        int at = 0;
        bool endsWithSlash = path[^1] == '/';
        while (at < path.Length)
        {
            while (at < path.Length && path[at] == '/') at++;
            int end = Array.IndexOf(path, (byte)'/', at);
            if (end < 0) end = path.Length;
            ReadOnlySpan<byte> part = path.AsSpan(at, end - at);
            if (part.SequenceEqual(".."u8))
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
                endsWithSlash |= end == path.Length;
            }
            else if (part.SequenceEqual("."u8)) endsWithSlash |= end == path.Length;
            else if (part.Length > 0) parts.Add((at, part.Length));
            at = end;
        }
        List<byte> into = new(path.Length);
        foreach ((int start, int length) in parts)
        {
            into.Add((byte)'/');
            into.AddRange(path.AsSpan(start, length));
        }
        if (endsWithSlash || into.Count == 0) into.Add((byte)'/');
        return [.. into];
    }

    private static bool IsHex(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length && char.IsAsciiHexDigit((char)bytes[at]);

    private static int Digit(byte value) => value <= '9' ? value - '0' : (value & 7) + 9;
}
