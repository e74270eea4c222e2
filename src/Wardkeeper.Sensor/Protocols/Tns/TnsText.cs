using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Tns;

/// <summary>Reads the texts of Oracle Net: descriptions in nested brackets, and the keys and values of a log-in.</summary>
internal static class TnsText
{
    private const int Longest = 128;

    /// <summary>Value of <c>(KEY=value)</c>, its first occurrence behind that of <paramref name="within"/>; null when there is none.</summary>
    public static string? Value(ReadOnlySpan<byte> description, ReadOnlySpan<byte> key, ReadOnlySpan<byte> within = default)
    {
        if (!within.IsEmpty)
        {
            int from = Find(description, within);
            if (from < 0) return null;
            description = description[from..];
        }
        int at = Find(description, key);
        if (at < 0) return null;
        ReadOnlySpan<byte> rest = description[at..].TrimStart((byte)' ');
        int end = rest.IndexOfAny((byte)')', (byte)'(');
        return end <= 0 ? null : ShortText.Of(rest[..end].Trim((byte)' '), Longest);
    }

    /// <summary>The same as a number.</summary>
    public static int? Number(ReadOnlySpan<byte> description, ReadOnlySpan<byte> key) =>
        int.TryParse(Value(description, key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>A version in one number: until release 12 its parts have 8, 4, 8, 4 and 8 bits, since 18 8, 8, 4, 8 and 4.</summary>
    public static string? Version(int? number)
    {
        if (number is not > 0x01000000 and not < 0) return null;
        uint v = (uint)number.Value, major = v >> 24;
        return major < 18
            ? string.Create(CultureInfo.InvariantCulture, $"{major}.{(v >> 20) & 15}.{(v >> 12) & 255}.{(v >> 8) & 15}.{v & 255}")
            : string.Create(CultureInfo.InvariantCulture, $"{major}.{(v >> 16) & 255}.{(v >> 12) & 15}.{(v >> 4) & 255}.{v & 15}");
    }

    /// <summary>Value behind a key of a log-in. Its length stands there twice, first as a number of either encoding: with its own length, or in four bytes.</summary>
    public static string? Entry(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key)
    {
        int at = content.IndexOf(key);
        if (at < 0) return null;
        ReadOnlySpan<byte> rest = content[(at + key.Length)..];
        int head = rest is [1, var one, var again, ..] && one == again ? 3 : rest is [var low, 0, 0, 0, var same, ..] && low == same ? 5 : 0;
        if (head == 0) return null;
        int length = rest[head - 1];
        if (length == 0 || length > rest.Length - head) return null;
        ReadOnlySpan<byte> value = rest.Slice(head, length);
        return value.ContainsAnyInRange((byte)0, (byte)0x1F) ? null : ShortText.Of(value, Longest);
    }

    /// <summary>User of a log-in: the text before the first key.</summary>
    public static string? User(ReadOnlySpan<byte> content)
    {
        int end = content.IndexOf("AUTH_"u8);
        if (end < 0) return null;
        while (end > 0 && content[end - 1] < ' ') end--;
        int from = end;
        while (from > 0 && end - from < Longest && content[from - 1] is > (byte)' ' and < 0x7F) from--;
        return from == end ? null : Encoding.ASCII.GetString(content[from..end]);
    }

    /// <summary>Number in the first <c>ORA-nnnnn</c>; null when there is none.</summary>
    public static int? OracleError(ReadOnlySpan<byte> content)
    {
        int at = content.IndexOf("ORA-"u8);
        return at >= 0 && content.Length >= at + 9 && Utf8Parser.TryParse(content.Slice(at + 4, 5), out int number, out int used) && used == 5 ? number : null;
    }

    /// <summary>Offset behind <c>(KEY=</c>, blanks and letter case aside; -1 when it is not there.</summary>
    private static int Find(ReadOnlySpan<byte> description, ReadOnlySpan<byte> key)
    {
        for (int at = 0; at < description.Length;)
        {
            int open = description[at..].IndexOf((byte)'(');
            if (open < 0) return -1;
            at += open + 1;
            ReadOnlySpan<byte> rest = description[at..].TrimStart((byte)' ');
            if (rest.Length <= key.Length || !Ascii.EqualsIgnoreCase(rest[..key.Length], key)) continue;
            rest = rest[key.Length..].TrimStart((byte)' ');
            if (!rest.IsEmpty && rest[0] == '=') return description.Length - rest.Length + 1;
        }
        return -1;
    }
}
