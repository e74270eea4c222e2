using System.Text;
using System.Text.Unicode;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// Escape sequences of HL7 2.9, 2.7: delimiters (\F\ \S\ \T\ \R\ \E\ \P\), hexadecimal data (\Xdd…\), line breaks (\.br\) and
/// highlighting (\H\ \N\). What is unknown or malformed stays as it was sent.
/// </summary>
internal static class Hl7Escapes
{
    /// <summary>Longest sequence that is looked for; a lone escape character must not make us search the whole message.</summary>
    private const int Longest = 256;

    /// <summary>Decodes text and replaces the message's delimiters by the recommended ones. At most <paramref name="limit"/> characters come out.</summary>
    public static string Decode(ReadOnlySpan<char> raw, Hl7Separators separators, int limit)
    {
        if (raw.Length <= limit && (separators == default || (separators with { Truncation = '#' }) == Hl7Separators.Usual)
            && (separators.Escape == '\0' || !raw.Contains(separators.Escape))) return raw.ToString();
        StringBuilder into = new(Math.Min(raw.Length, limit));
        int at = 0;
        while (at < raw.Length && into.Length < limit)
        {
            char value = raw[at++];
            if (value != separators.Escape || value == '\0')
            {
                into.Append(separators.ToUsual(value));
                continue;
            }
            ReadOnlySpan<char> rest = raw[at..];
            int length = (rest.Length > Longest ? rest[..Longest] : rest).IndexOf(separators.Escape);
            if (length >= 0 && TryAppend(rest[..length], separators, into)) at += length + 1;
            else into.Append(value);
        }
        return into.Length > limit ? into.ToString(0, limit) : into.ToString();
    }

    /// <summary>
    /// What hexadecimal escapes of a message bring in that its receiver may take for structure: <c>segment</c>, a line end and behind it the name of a segment with a
    /// delimiter; <c>frame</c>, a block character of MLLP. Null for ordinary ones: line breaks inside a text are written so too.
    /// </summary>
    public static string? Injected(ReadOnlySpan<char> text, Hl7Separators separators)
    {
        if (separators.Escape == '\0') return null;
        Span<char> begin = [separators.Escape, 'X'];
        for (int at = text.IndexOf(begin); at >= 0;)
        {
            ReadOnlySpan<char> shown = Decode(text.Slice(at, Math.Min(Longest, text.Length - at)), separators, 64);
            if (shown[0] is '\v' or '\u001C') return "frame";
            ReadOnlySpan<char> line = shown.TrimStart("\r\n");
            if (shown[0] is '\r' or '\n' && line.Length > 3 && line[3] == Hl7Separators.Usual.Field && IsSegment(line[..3])) return "segment";
            int next = text[(at + 2)..].IndexOf(begin);
            at = next < 0 ? -1 : at + 2 + next;
        }
        return null;
    }

    /// <summary>Names that no text ends a line with by chance.</summary>
    private static bool IsSegment(ReadOnlySpan<char> name) => name is "MSH" or "PID" or "PV1" or "OBR" or "OBX" or "ORC" or "RXE" or "RXG" or "RXR" or "AL1" or "DG1" or "NTE" or "MSA" or "EVN" or "MRG";

    private static bool TryAppend(ReadOnlySpan<char> sequence, Hl7Separators separators, StringBuilder into)
    {
        switch (sequence)
        {
            case "F": into.Append(Hl7Separators.Usual.Field); return true;
            case "S": into.Append(Hl7Separators.Usual.Component); return true;
            case "T": into.Append(Hl7Separators.Usual.Subcomponent); return true;
            case "R": into.Append(Hl7Separators.Usual.Repetition); return true;
            case "E": into.Append(Hl7Separators.Usual.Escape); return true;
            case "P": into.Append(separators.Truncation == '\0' ? Hl7Separators.Usual.Truncation : separators.Truncation); return true;
            case "H" or "N": return true;
            case ".br": into.Append('\n'); return true;
            default: return sequence.Length > 0 && sequence[0] == 'X' && TryAppendHexadecimal(sequence[1..], into);
        }
    }

    private static bool TryAppendHexadecimal(ReadOnlySpan<char> digits, StringBuilder into)
    {
        Span<byte> bytes = stackalloc byte[Longest / 2];
        if (digits.IsEmpty || digits.Length % 2 != 0) return false;
        if (Convert.FromHexString(digits, bytes, out _, out int count) != System.Buffers.OperationStatus.Done) return false;
        Encoding encoding = Utf8.IsValid(bytes[..count]) ? Encoding.UTF8 : Encoding.Latin1;
        into.Append(encoding.GetString(bytes[..count]));
        return true;
    }
}
