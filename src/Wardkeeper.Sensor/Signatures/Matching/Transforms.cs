using System.IO.Compression;
using System.Security.Cryptography;
using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>Turns a buffer into what is looked into instead.</summary>
internal delegate byte[] Transform(ReadOnlySpan<byte> bytes);

/// <summary>The transformations that rules can ask for. Pure.</summary>
internal static class Transforms
{
    private const int MostUnpacked = 1 << 20;

    /// <summary>Without whitespace.</summary>
    public static byte[] StripWhitespace(ReadOnlySpan<byte> bytes) => Where(bytes, static value => value is not (0x20 or >= 9 and <= 13));

    /// <summary>Runs of whitespace as one space.</summary>
    public static byte[] CompressWhitespace(ReadOnlySpan<byte> bytes)
    {
        List<byte> into = new(bytes.Length);
        bool blank = false;
        foreach (byte value in bytes)
        {
            bool isBlank = value is 0x20 or (>= 9 and <= 13);
            if (!isBlank || !blank) into.Add(isBlank ? (byte)' ' : value);
            blank = isBlank;
        }
        return [.. into];
    }

    /// <summary>In lower case.</summary>
    public static byte[] ToLower(ReadOnlySpan<byte> bytes) => Each(bytes, ContentCheck.Lower);

    /// <summary>In upper case.</summary>
    public static byte[] ToUpper(ReadOnlySpan<byte> bytes) => Each(bytes, static value => value is >= (byte)'a' and <= (byte)'z' ? (byte)(value & ~0x20) : value);

    /// <summary>With a dot before it.</summary>
    public static byte[] DotPrefix(ReadOnlySpan<byte> bytes) => [(byte)'.', .. bytes];

    /// <summary>Percent signs and plus signs decoded.</summary>
    public static byte[] UrlDecode(ReadOnlySpan<byte> bytes)
    {
        List<byte> into = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                into.Add((byte)((Digit(bytes[i + 1]) << 4) | Digit(bytes[i + 2])));
                i += 2;
            }
            else into.Add(bytes[i] == '+' ? (byte)' ' : bytes[i]);
        }
        return [.. into];
    }

    /// <summary>Each byte combined with the key's, over and over.</summary>
    public static Transform Xor(byte[] key, int from = 0) => bytes =>
    {
        byte[] into = bytes.ToArray();
        for (int i = from; i < into.Length; i++) into[i] ^= key[(i - from) % key.Length];
        return into;
    };

    /// <summary>MD5, as rules name known files by it.</summary>
#pragma warning disable CA5351, CA5350 // Rules compare with these sums; nothing is protected by them.
    public static byte[] Md5(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);

    /// <summary>SHA-1.</summary>
    public static byte[] Sha1(ReadOnlySpan<byte> bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5351, CA5350

    /// <summary>SHA-256.</summary>
    public static byte[] Sha256(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    /// <summary>Header lines without those of HTTP/2's own, which begin with a colon.</summary>
    public static byte[] StripPseudoHeaders(ReadOnlySpan<byte> bytes)
    {
        List<byte> into = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n') + 1;
            if (end == 0) end = bytes.Length;
            if (bytes[0] != ':') into.AddRange(bytes[..end]);
            bytes = bytes[end..];
        }
        return [.. into];
    }

    /// <summary>Header lines with their names in lower case.</summary>
    public static byte[] HeaderLower(ReadOnlySpan<byte> bytes)
    {
        byte[] into = bytes.ToArray();
        bool inName = true;
        for (int i = 0; i < into.Length; i++)
        {
            if (into[i] == '\n') inName = true;
            else if (into[i] == ':' && i > 0 && into[i - 1] != '\n') inName = false;
            else if (inName) into[i] = ContentCheck.Lower(into[i]);
        }
        return into;
    }

    /// <summary>Unpacked, at most a megabyte.</summary>
    public static byte[] Gunzip(ReadOnlySpan<byte> bytes) => Unpack(bytes, static from => new GZipStream(from, CompressionMode.Decompress));

    /// <summary>Unpacked, at most a megabyte.</summary>
    public static byte[] ZlibDeflate(ReadOnlySpan<byte> bytes) => Unpack(bytes, static from => new ZLibStream(from, CompressionMode.Decompress));

    /// <summary>A part of it; a negative offset counts from the end, and a negative length leaves so many out at the end.</summary>
    public static Transform Subslice(int offset, int? count, bool truncate) => bytes =>
    {
        if (offset < 0 && -(long)offset > bytes.Length && !truncate) return [];
        int from = offset < 0 ? Math.Max(0, bytes.Length + offset) : offset;
        if (from > bytes.Length) return [];
        long length = count is not { } wanted ? bytes.Length - from : wanted < 0 ? (long)bytes.Length + wanted - from : wanted;
        if (length <= 0) return [];
        if (from + length > bytes.Length)
        {
            if (!truncate) return [];
            length = bytes.Length - from;
        }
        return bytes.Slice(from, (int)length).ToArray();
    };

    /// <summary>Decodes base 64; what is no digit of it ends it, or is skipped when <paramref name="lenient"/>.</summary>
    public static byte[] FromBase64(ReadOnlySpan<byte> text, bool lenient)
    {
        List<byte> into = new(text.Length * 3 / 4);
        int bits = 0, held = 0;
        foreach (byte c in text)
        {
            int digit = c switch
            {
                >= (byte)'A' and <= (byte)'Z' => c - 'A',
                >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
                >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
                (byte)'+' => 62,
                (byte)'/' => 63,
                _ => -1,
            };
            if (digit < 0)
            {
                if (c == '=' || !lenient) break;
                continue;
            }
            held = (held << 6) | digit;
            bits += 6;
            if (bits < 8) continue;
            bits -= 8;
            into.Add((byte)(held >> bits));
            held &= (1 << bits) - 1;
        }
        return [.. into];
    }

    private static byte[] Unpack(ReadOnlySpan<byte> bytes, Func<Stream, Stream> open)
    {
        byte[] into = new byte[Math.Min(MostUnpacked, (bytes.Length * 20) + 1024)];
        using MemoryStream from = new(bytes.ToArray());
        using Stream stream = open(from);
        return into[..ContentDecoder.Fill(stream, into)];
    }

    private static byte[] Each(ReadOnlySpan<byte> bytes, Func<byte, byte> change)
    {
        byte[] into = new byte[bytes.Length];
        for (int i = 0; i < into.Length; i++) into[i] = change(bytes[i]);
        return into;
    }

    private static byte[] Where(ReadOnlySpan<byte> bytes, Func<byte, bool> keep)
    {
        List<byte> into = new(bytes.Length);
        foreach (byte value in bytes)
        {
            if (keep(value)) into.Add(value);
        }
        return [.. into];
    }

    private static int Digit(byte value) => value <= '9' ? value - '0' : (value & 7) + 9;
}
