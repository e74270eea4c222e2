using System.Text;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>
/// Writes a search's filter as RFC 4515 does. Values that may name a person are replaced by a question mark; those that tell what kind
/// of object is looked for stay.
/// </summary>
internal static class LdapFilter
{
    private const int MostDepth = 24, Longest = 2048;
    private const byte And = 0xA0, Or = 0xA1, Not = 0xA2, Equal = 0xA3, Parts = 0xA4, AtLeast = 0xA5, AtMost = 0xA6, Present = 0x87, Alike = 0xA8, ByRule = 0xA9;

    private static readonly HashSet<string> TellingAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "objectClass", "objectCategory", "userAccountControl", "sAMAccountType", "adminCount", "groupType", "systemFlags", "attributeSyntax", "isDefunct", "DnsDomain", "NtVer", "AAC", "Host",
        "operatingSystem", "trustDirection", "trustType", "dNSHostName", "servicePrincipalName", "msDS-AllowedToDelegateTo", "schemaIDGUID", "lDAPDisplayName", "nETBIOSName",
    };

    private static readonly HashSet<string> TellingValues = new(StringComparer.OrdinalIgnoreCase) { "TRUE", "FALSE", "krbtgt", "administrator", "administrators", "guest", "Domain Admins", "Enterprise Admins", "Domain Controllers" };

    /// <summary>The filter's text, and its bytes without which the attributes that follow cannot be found.</summary>
    public static string? Of(byte tag, ReadOnlySpan<byte> content)
    {
        StringBuilder text = new();
        Write(text, tag, content, 0);
        return text.Length == 0 ? null : text.ToString();
    }

    /// <summary>Whether a value says nothing of a person.</summary>
    public static bool IsShown(string attribute, string value)
    {
        if (TellingAttributes.Contains(attribute) || TellingValues.Contains(value)) return true;
        foreach (char c in value)
        {
            if (!char.IsAsciiDigit(c)) return false;
        }
        return value.Length <= 4;
    }

    private static void Write(StringBuilder text, byte tag, ReadOnlySpan<byte> content, int depth)
    {
        if (depth > MostDepth || text.Length > Longest) return;
        text.Append('(');
        BerReader reader = new(content);
        switch (tag)
        {
            case And or Or or Not:
                text.Append(tag switch { And => '&', Or => '|', _ => '!' });
                while (reader.TryHeaderAndPart(out byte inner, out ReadOnlySpan<byte> part)) Write(text, inner, part, depth + 1);
                break;
            case Equal or AtLeast or AtMost or Alike:
                string attribute = Take(ref reader), value = Take(ref reader);
                text.Append(attribute).Append(tag switch { Equal => "=", AtLeast => ">=", AtMost => "<=", _ => "~=" }).Append(IsShown(attribute, value) ? Readable(value) : "?");
                break;
            case Parts:
                text.Append(Take(ref reader)).Append('=');
                if (reader.TryHeaderAndPart(out _, out ReadOnlySpan<byte> pieces)) Pieces(text, pieces);
                break;
            case Present:
                text.Append(ShortText.Of(content, 64)).Append("=*");
                break;
            case ByRule:
                Rule(text, reader);
                break;
            default:
                break;
        }
        text.Append(')');
    }

    /// <summary>Beginning, middle parts and end of a text that is looked for.</summary>
    private static void Pieces(StringBuilder text, ReadOnlySpan<byte> pieces)
    {
        BerReader reader = new(pieces);
        bool isOpen = false;
        while (reader.TryHeaderAndPart(out byte tag, out _) && text.Length < Longest)
        {
            if (tag != 0x80 && !isOpen) text.Append('*');
            text.Append('?');
            isOpen = tag != 0x82;
            if (isOpen) text.Append('*');
        }
    }

    private static void Rule(StringBuilder text, BerReader reader)
    {
        string rule = "", attribute = "", value = "";
        bool isInName = false;
        while (reader.TryHeaderAndPart(out byte tag, out ReadOnlySpan<byte> part))
        {
            if (tag == 0x81) rule = ShortText.Of(part, 64) ?? "";
            else if (tag == 0x82) attribute = ShortText.Of(part, 64) ?? "";
            else if (tag == 0x83) value = ShortText.Of(part, 128) ?? "";
            else if (tag == 0x84) isInName = part.Length == 1 && part[0] != 0;
        }
        text.Append(attribute).Append(isInName ? ":dn" : "");
        if (rule.Length > 0) text.Append(':').Append(rule);
        text.Append(":=").Append(IsShown(attribute, value) || value.All(char.IsAsciiDigit) ? Readable(value) : "?");
    }

    private static string Take(ref BerReader reader) => reader.TryHeaderAndPart(out _, out ReadOnlySpan<byte> text) ? ShortText.Of(text, 128) ?? "" : "";

    /// <summary>Values that are no text, as numbers of four bytes, are shown in hexadecimal digits.</summary>
    private static string Readable(string value)
    {
        foreach (char c in value)
        {
            if (char.IsControl(c) || c == '\uFFFD') return "?";
        }
        return value;
    }
}
