using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Turns bytes of fields into text: UTF-8 where they are, else the way Zeek escapes them (<c>\xe4</c>).</summary>
internal static class FieldText
{
    /// <summary>The bytes as text; line breaks of folded values become one blank, other control characters and stray bytes are escaped.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int most = HttpLimits.Value)
    {
        if (bytes.Length > most) bytes = bytes[..most];
        if (bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0) return RecentTexts.OfAscii(bytes);
        StringBuilder text = new(bytes.Length);
        Append(text, bytes);
        return text.ToString();
    }

    /// <summary>Adds the bytes as text.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            if (status == OperationStatus.Done && rune.Value is '\r' or '\n' && text.Length > 0)
            {
                if (text[^1] != ' ') text.Append(' ');
                bytes = bytes[1..].TrimStart(" \t\r\n"u8);
                continue;
            }
            if (status == OperationStatus.Done && !Rune.IsControl(rune) && rune.Value is not (0xE000 or 0xE001)) text.Append(rune);
            else if (status == OperationStatus.Done && rune.Value == '\t') text.Append('\t');
            else
            {
                foreach (byte stray in bytes[..length]) text.Append("\\x").Append(HexDigit(stray >> 4)).Append(HexDigit(stray & 15));
            }
            bytes = bytes[length..];
        }
    }

    /// <summary>A value of a parameter list (<c>charset=utf-8; filename="a"</c>), unquoted, or nothing.</summary>
    public static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        for (int at = 0; at < list.Length;)
        {
            int found = Content.HtmlTitle.IndexOf(list[at..], name);
            if (found < 0) return default;
            int start = at + found, after = start + name.Length;
            at = after;
            if (start > 0 && list[start - 1] is not ((byte)' ' or (byte)';' or (byte)',' or (byte)'\t')) continue;
            ReadOnlySpan<byte> rest = list[after..].TrimStart(" \t"u8);
            if (rest.IsEmpty || rest[0] != (byte)'=') continue;
            rest = rest[1..].TrimStart(" \t"u8);
            if (rest is [(byte)'"', ..])
            {
                int quote = rest[1..].IndexOf((byte)'"');
                return quote < 0 ? rest[1..] : rest.Slice(1, quote);
            }
            int end = rest.IndexOfAny(";, \t"u8);
            return end < 0 ? rest : rest[..end];
        }
        return default;
    }

    /// <summary>The user's name in Basic credentials (RFC 7617); the password is never made into text.</summary>
    /// <param name="credentials">Value of the field.</param>
    /// <param name="rule">Rule that the password breaks, or null.</param>
    public static string? BasicUser(ReadOnlySpan<byte> credentials, out string? rule)
    {
        rule = null;
        if (credentials.Length < 7 || !Ascii.EqualsIgnoreCase(credentials[..6], "basic "u8)) return null;
        credentials = credentials[6..].Trim((byte)' ');
        if (credentials.Length > HttpLimits.Value) return null;
        Span<byte> clear = stackalloc byte[HttpLimits.Value];
        int count = 0;
        // Decoded in whole groups, so that missing padding costs nothing but the password's last bytes.
        while (credentials.Length >= 4 && Base64.DecodeFromUtf8(credentials[..4], clear[count..], out _, out int written) == OperationStatus.Done)
        {
            count += written;
            credentials = credentials[4..];
        }
        int colon = clear[..count].IndexOf((byte)':');
        string? user = colon <= 0 ? null : Of(clear[..colon]);
        if (user is not null && credentials.IsEmpty) rule = PasswordRules.Broken(user, clear[(colon + 1)..count]);
        clear.Clear();
        return user;
    }

    /// <summary>The token of a negotiated log-in: <c>NTLM</c> or <c>Negotiate</c> and a token in base 64 (RFC 4559, section 4); null when it is none.</summary>
    public static byte[]? Negotiated(ReadOnlySpan<byte> credentials)
    {
        int scheme = Ascii.EqualsIgnoreCase(credentials[..Math.Min(credentials.Length, 5)], "ntlm "u8) ? 5 : Ascii.EqualsIgnoreCase(credentials[..Math.Min(credentials.Length, 10)], "negotiate "u8) ? 10 : 0;
        if (scheme == 0) return null;
        ReadOnlySpan<byte> text = credentials[scheme..].Trim((byte)' ');
        byte[] token = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, token, out _, out int written) == OperationStatus.Done && written > 8 ? token[..written] : null;
    }

    /// <summary>Whether bytes are text in UTF-8.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes);

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);
}
