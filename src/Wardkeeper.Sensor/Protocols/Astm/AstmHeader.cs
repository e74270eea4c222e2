using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>How a header record begins: H, the field delimiter, then those of repeats, components and escapes, then the field delimiter again. LIS02-A2, 6.1 and 6.2.</summary>
internal static class AstmHeader
{
    /// <summary>Bytes within which a header shows whether it is one.</summary>
    public const int Decisive = 7;

    private const int Fewest = 2, Most = 4;

    /// <summary>Whether bytes begin with a header record and plausible delimiters: distinct, but for one that careless software has doubled.</summary>
    public static Match Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Match.NeedMore;
        if (bytes[0] != 'H') return Match.No;
        if (bytes.Length < 2) return Match.NeedMore;
        byte field = bytes[1];
        if (!CanDelimit(field)) return Match.No;
        for (int i = 2; i < 3 + Most; i++)
        {
            if (i == bytes.Length) return Match.NeedMore;
            if (bytes[i] == field || bytes[i] is (byte)'\r' or (byte)'\n') return i >= 2 + Fewest ? Match.Yes : Match.No;
            if (!CanDelimit(bytes[i]) || (bytes[2..i].Contains(bytes[i]) && bytes[i] != bytes[i - 1])) return Match.No;
        }
        return Match.No;
    }

    /// <summary>Whether a whole record is a header; it may say nothing but its delimiters.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> record) => Begins(record) is Match.Yes || (record.Length >= 2 + Fewest && Begins(record) is Match.NeedMore);

    /// <summary>The delimiters of a header that <see cref="Begins"/>, in the terms of HL7, whose records are cut in the same way.</summary>
    public static Hl7Separators Delimiters(ReadOnlySpan<char> header)
    {
        Span<char> inner = stackalloc char[Most];
        int count = 0;
        for (int i = 2; i < header.Length && count < Most && header[i] != header[1] && header[i] is not ('\r' or '\n'); i++)
        {
            if (count == 0 || inner[count - 1] != header[i]) inner[count++] = header[i];
        }
        return new Hl7Separators(header[1], count > 1 ? inner[1] : '\0', inner[0], count > 2 ? inner[2] : '\0', '\0', '\0');
    }

    /// <summary>Displayable ASCII that is neither a letter nor a digit.</summary>
    private static bool CanDelimit(byte value) => value is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)value);
}
