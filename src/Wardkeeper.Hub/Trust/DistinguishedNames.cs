using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wardkeeper.Hub.Trust;

/// <summary>One attribute of a distinguished name.</summary>
/// <param name="Rdn">Number of the relative name that it stands in, from 0.</param>
/// <param name="Type">Its object identifier.</param>
/// <param name="Value">Its text.</param>
internal readonly record struct NameAttribute(int Rdn, string Type, string Value);

/// <summary>Distinguished names as X.501 encodes them, and the two ways in which programs write them.</summary>
internal static class DistinguishedNames
{
    /// <summary>Object identifier of the attribute <c>commonName</c>.</summary>
    public const string CommonName = "2.5.4.3";

    /// <summary>Object identifier of the attribute <c>serialNumber</c>: a device's, not a certificate's.</summary>
    public const string SerialNumber = "2.5.4.5";

    /// <summary>Object identifier of the attribute <c>organizationName</c>.</summary>
    public const string Organization = "2.5.4.10";

    /// <summary>Most attributes of a name, and longest text of one, that are read.</summary>
    public const int MostAttributes = 24, LongestValue = 256;

    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.Ordinal)
    {
        [CommonName] = "CN", ["2.5.4.6"] = "C", ["2.5.4.7"] = "L", ["2.5.4.8"] = "ST", ["2.5.4.9"] = "street", [Organization] = "O", ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.25"] = "DC", ["0.9.2342.19200300.100.1.1"] = "UID", [SerialNumber] = "serialNumber", ["1.2.840.113549.1.9.1"] = "emailAddress",
    };

    /// <summary>The attributes of a name in the order of its encoding.</summary>
    /// <exception cref="AsnContentException">It is none, or longer than names are.</exception>
    public static List<NameAttribute> Read(ReadOnlyMemory<byte> der)
    {
        List<NameAttribute> attributes = [];
        AsnReader outer = new(der, AsnEncodingRules.DER), name = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        for (int rdn = 0; name.HasData; rdn++)
        {
            AsnReader set = name.ReadSetOf();
            do
            {
                AsnReader pair = set.ReadSequence();
                string type = pair.ReadObjectIdentifier();
                string value = Text(pair);
                pair.ThrowIfNotEmpty();
                if (value.Length > LongestValue || attributes.Count == MostAttributes) throw new AsnContentException("The name is longer than names are.");
                attributes.Add(new NameAttribute(rdn, type, value));
            }
            while (set.HasData);
        }
        return attributes;
    }

    /// <summary>As RFC 4514 writes it: the last relative name first. The attribute for a device's serial number, which that document does not name, is written as <c>2.5.4.5</c>'s short name in OpenSSL.</summary>
    public static string Rfc4514(ReadOnlyMemory<byte> der) =>
        string.Join(',', Read(der).GroupBy(one => one.Rdn).Reverse().Select(rdn => string.Join('+', rdn.Select(one => Short(one.Type) + "=" + Escaped(one.Value)))));

    /// <summary>As <c>X509_NAME_oneline</c> of OpenSSL writes it, which FreeRADIUS passes on: <c>/C=CN/O=…/CN=…</c>, what is not ASCII as bytes in hex.</summary>
    public static string OneLine(ReadOnlyMemory<byte> der)
    {
        StringBuilder line = new();
        foreach (NameAttribute one in Read(der))
        {
            line.Append('/').Append(Short(one.Type)).Append('=');
            foreach (byte letter in Encoding.UTF8.GetBytes(one.Value))
            {
                if (letter is < (byte)' ' or > (byte)'~') line.Append(CultureInfo.InvariantCulture, $"\\x{letter:X2}");
                else line.Append((char)letter);
            }
        }
        return line.ToString();
    }

    /// <summary>Makes a name of texts, in this order. A serial number is a PrintableString where its letters allow it, everything else UTF-8 (RFC 5280, 4.1.2.4).</summary>
    public static X500DistinguishedName Make(params IEnumerable<(string Type, string? Value)> parts)
    {
        X500DistinguishedNameBuilder name = new();
        // The builder writes what is added first last in the text, which is first in the encoding.
        foreach ((string type, string? value) in parts)
        {
            if (string.IsNullOrWhiteSpace(value)) continue;
            string text = value.Trim();
            if (text.Length > 64) text = text[..64];
            bool isPrintable = type is SerialNumber && text.All(letter => char.IsAsciiLetterOrDigit(letter) || " '()+,-./:=?".Contains(letter, StringComparison.Ordinal));
            name.Add(type, text, isPrintable ? UniversalTagNumber.PrintableString : UniversalTagNumber.UTF8String);
        }
        return name.Build();
    }

    private static string Short(string type) => ShortNames.GetValueOrDefault(type, type);

    private static string Text(AsnReader from)
    {
        Asn1Tag tag = from.PeekTag();
        if (tag.TagClass != TagClass.Universal) throw new AsnContentException("A name's value is no text.");
        UniversalTagNumber type = (UniversalTagNumber)tag.TagValue;
        if (type is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString or UniversalTagNumber.T61String or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString)
            return from.ReadCharacterString(type);
        throw new AsnContentException("A name's value is no text.");
    }

    private static string Escaped(string value)
    {
        StringBuilder text = new();
        for (int i = 0; i < value.Length; i++)
        {
            char letter = value[i];
            bool isEdge = (i == 0 && letter is (' ' or '#')) || (i == value.Length - 1 && letter == ' ');
            if (isEdge || letter is ',' or '+' or '"' or '\\' or '<' or '>' or ';') text.Append('\\').Append(letter);
            else if (letter < ' ') text.Append(CultureInfo.InvariantCulture, $"\\{(int)letter:X2}");
            else text.Append(letter);
        }
        return text.ToString();
    }
}
