using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// Distinguished names as text of RFC 2253: the last attribute first, special characters after a backslash, everything beyond
/// printable ASCII as the hexadecimal digits of its UTF-8 bytes. This is the form of OpenSSL and of Zeek's logs.
/// </summary>
internal static class DistinguishedName
{
    private const int MostAttributes = 64;
    private const int LongestText = 4096;

    /// <summary>The text of a Name (RFC 5280, 4.1.2.4), given its content without the outer header; null when it is malformed.</summary>
    public static string? Format(ReadOnlySpan<byte> name) => Format(name, out _);

    /// <summary>Same, and the common names in it, as they would be written in a host name.</summary>
    public static string? Format(ReadOnlySpan<byte> name, out List<string> commonNames)
    {
        commonNames = [];
        Span<(int Start, int Length, int Set)> attributes = stackalloc (int, int, int)[MostAttributes];
        int count = 0, set = 0;
        DerReader sets = new(name);
        while (!sets.IsEmpty && count < MostAttributes)
        {
            DerReader pairs = new(sets.Take(DerReader.Set));
            while (!pairs.IsEmpty && count < MostAttributes)
            {
                ReadOnlySpan<byte> pair = pairs.Take(DerReader.Sequence);
                if (!pairs.Failed) attributes[count++] = (OffsetOf(name, pair), pair.Length, set);
            }
            if (pairs.Failed) return null;
            set++;
        }
        if (sets.Failed) return null;

        StringBuilder text = new();
        for (int i = count - 1; i >= 0 && text.Length < LongestText; i--)
        {
            if (i < count - 1) text.Append(attributes[i].Set == attributes[i + 1].Set ? '+' : ',');
            if (!Attribute(text, name.Slice(attributes[i].Start, attributes[i].Length), commonNames)) return null;
        }
        return text.ToString();
    }

    private static bool Attribute(StringBuilder text, ReadOnlySpan<byte> pair, List<string> commonNames)
    {
        DerReader reader = new(pair);
        string? oid = DerReader.Dotted(reader.Take(DerReader.ObjectIdentifier));
        if (oid is null || !reader.TryTake(out byte tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> whole)) return false;
        string? name = CertificateOids.ShortName(oid);
        text.Append(name ?? oid).Append('=');
        string? value = name is null ? null : Decode(tag, content);
        if (value is null)
        {
            text.Append('#').Append(Convert.ToHexString(whole[..Math.Min(whole.Length, 512)]));
            return true;
        }
        if (oid == CertificateOids.CommonName) commonNames.Add(value);
        Escape(text, value.Length <= LongestText ? value : value[..LongestText]);
        return true;
    }

    /// <summary>The characters of a string type; null for types that are none.</summary>
    private static string? Decode(byte tag, ReadOnlySpan<byte> content) => tag switch
    {
        DerReader.Utf8String => Encoding.UTF8.GetString(content),
        // Numeric, printable, teletex, IA5, visible; times are written as they stand.
        0x12 or 0x13 or 0x14 or 0x16 or 0x1A or DerReader.UtcTime or DerReader.GeneralizedTime => Encoding.Latin1.GetString(content),
        DerReader.BmpString => Encoding.BigEndianUnicode.GetString(content),
        DerReader.UniversalString => Universal(content),
        _ => null,
    };

    private static string Universal(ReadOnlySpan<byte> content)
    {
        StringBuilder text = new();
        for (int at = 0; at + 4 <= content.Length; at += 4)
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
            text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "\uFFFD");
        }
        return text.ToString();
    }

    private static void Escape(StringBuilder text, string value)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int at = 0;
        foreach (Rune rune in value.EnumerateRunes())
        {
            int width = rune.Utf16SequenceLength;
            bool isFirst = at == 0, isLast = at + width == value.Length;
            at += width;
            if (rune.Value is >= 0x20 and < 0x7F)
            {
                char c = (char)rune.Value;
                if (c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (isFirst && c is '#' or ' ' && isFirst) || (isLast && c == ' ')) text.Append('\\');
                text.Append(c);
                continue;
            }
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)]) text.Append('\\').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
    }

    private static int OffsetOf(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        whole.Overlaps(part, out int offset);
        return offset;
    }
}
