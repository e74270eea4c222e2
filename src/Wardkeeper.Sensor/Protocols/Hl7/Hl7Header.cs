namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// The beginning of a message or batch as bytes, before its character set is known. ASCII bytes mean themselves here; what a
/// multi-byte character set may do to later fields is <see cref="Hl7Charset"/>'s business.
/// </summary>
internal static class Hl7Header
{
    /// <summary>Bytes within which a header shows whether it is one: a name, MSH-1, at most five encoding characters and MSH-1 again (or the segment's end).</summary>
    public const int Decisive = 10;

    /// <summary>
    /// Whether bytes begin with MSH, FHS or BHS and plausible separators: distinct, but for an escape character that careless
    /// software has doubled.
    /// </summary>
    public static Match Begins(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> name = bytes.Length < 3 ? bytes : bytes[..3];
        if (!"MSH"u8.StartsWith(name) && !"FHS"u8.StartsWith(name) && !"BHS"u8.StartsWith(name)) return Match.No;
        if (bytes.Length < 4) return Match.NeedMore;
        byte field = bytes[3];
        if (!CanSeparate(field)) return Match.No;
        for (int i = 4; i < Decisive; i++)
        {
            if (i == bytes.Length) return Match.NeedMore;
            if (bytes[i] == field) return i > 4 ? Match.Yes : Match.No;
            // A batch header may say nothing but how it is written.
            if (bytes[i] is (byte)'\r' or (byte)'\n') return i >= 8 ? Match.Yes : Match.No;
            if (!CanSeparate(bytes[i]) || (bytes[i] != '\\' && bytes[4..i].Contains(bytes[i]))) return Match.No;
        }
        return Match.No;
    }

    /// <summary>Whether what a start block announced may be a message or batch, however odd its separators are.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 5 && CanSeparate(bytes[3]) && (bytes.StartsWith("MSH"u8) || bytes.StartsWith("FHS"u8) || bytes.StartsWith("BHS"u8));

    /// <summary>Whether bytes begin with MSH and plausible separators.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> bytes) => bytes.StartsWith("MSH"u8) && Begins(bytes) == Match.Yes;

    /// <summary>
    /// Field <paramref name="number"/> (MSH-1 is the separator itself) of a header that <see cref="Begins"/>; empty when it is not there.
    /// <paramref name="whole"/> tells whether its end was seen.
    /// </summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> header, int number, out bool whole)
    {
        whole = false;
        if (header.Length < 4 || number < 2) return default;
        int end = header.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> rest = end < 0 ? header[4..] : header[4..Math.Max(4, end)];
        for (int at = 2; ; at++)
        {
            int next = rest.IndexOf(header[3]);
            if (at == number)
            {
                whole = next >= 0 || end >= 0;
                return next < 0 ? rest : rest[..next];
            }
            if (next < 0)
            {
                whole = end >= 0;
                return default;
            }
            rest = rest[(next + 1)..];
        }
    }

    /// <summary>Displayable ASCII that is neither a letter nor a digit.</summary>
    private static bool CanSeparate(byte value) => value is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)value);
}
