using System.Buffers;

namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>The beginning of a message: an XML declaration perhaps, then a root element that is named as the standard's messages are.</summary>
internal static class PoctRoot
{
    /// <summary>Bytes within which the root element's name has come.</summary>
    public const int Decisive = 256;

    private const int LongestName = 40;

    private static readonly SearchValues<byte> OfDirectives = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"u8), EndsOfName = SearchValues.Create(" \t\r\n/>"u8);

    /// <summary>The first three letters of every message's name.</summary>
    private static ReadOnlySpan<byte> Kinds => "HELDSTACKREQOBSEVSEOTENDESCKPACNFOPLPTLDTV"u8;

    /// <summary>
    /// Whether bytes begin with a message. Its root element's name then lies at <paramref name="name"/>.
    /// </summary>
    public static Match Begins(ReadOnlySpan<byte> bytes, out Range name)
    {
        // What is further away decides nothing, else it would matter how much has come.
        Match match = Look(bytes[..Math.Min(bytes.Length, Decisive)], out name);
        return match == Match.NeedMore && bytes.Length >= Decisive ? Match.No : match;
    }

    private static Match Look(ReadOnlySpan<byte> bytes, out Range name)
    {
        name = default;
        int at = 0;
        if (bytes.StartsWith("\uFEFF"u8)) at = 3;
        else if ("\uFEFF"u8.StartsWith(bytes)) return Match.NeedMore;
        at += Blanks(bytes[at..]);
        ReadOnlySpan<byte> declaration = bytes[at..];
        if ("<?xml "u8.StartsWith(declaration)) return Match.NeedMore;
        if (declaration.StartsWith("<?xml "u8))
        {
            int end = declaration.IndexOf("?>"u8);
            if (end < 0) return Match.NeedMore;
            at += end + 2;
            at += Blanks(bytes[at..]);
        }
        if (at == bytes.Length) return Match.NeedMore;
        if (bytes[at] != '<') return Match.No;
        ReadOnlySpan<byte> rest = bytes[(at + 1)..];
        int length = rest.IndexOfAny(EndsOfName);
        if (!IsName(length < 0 ? rest : rest[..length], length >= 0)) return Match.No;
        if (length < 0) return Match.NeedMore;
        name = (at + 1)..(at + 1 + length);
        return Match.Yes;
    }

    /// <summary>HEL.R01, OBS.R02 …, and directives that a maker named: DTV.SIEM.DVCMD.</summary>
    private static bool IsName(ReadOnlySpan<byte> name, bool isWhole)
    {
        if (name.Length > LongestName) return false;
        ReadOnlySpan<byte> kind = name.Length < 3 ? name : name[..3];
        bool isKnown = false;
        for (int i = 0; i < Kinds.Length; i += 3) isKnown |= Kinds.Slice(i, 3).StartsWith(kind);
        if (!isKnown || (name.Length > 3 && name[3] != '.')) return false;
        ReadOnlySpan<byte> rest = name.Length > 4 ? name[4..] : default;
        if (kind is [(byte)'D', (byte)'T', (byte)'V']) return (!isWhole || !rest.IsEmpty) && !rest.ContainsAnyExcept(OfDirectives);
        if (isWhole && rest.Length != 3) return false;
        return rest.Length <= 3 && (rest.Length < 1 || rest[0] == 'R') && (rest.Length < 2 || char.IsAsciiDigit((char)rest[1])) && (rest.Length < 3 || char.IsAsciiDigit((char)rest[2]));
    }

    private static int Blanks(ReadOnlySpan<byte> bytes)
    {
        int blanks = bytes.IndexOfAnyExcept(" \t\r\n\0"u8);
        return blanks < 0 ? bytes.Length : blanks;
    }
}
