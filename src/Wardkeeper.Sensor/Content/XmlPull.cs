using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Content;

/// <summary>What a reader of XML came upon.</summary>
internal enum XmlNode : byte
{
    /// <summary>Nothing more, or nothing that can be read: the text ends, is malformed, nests too deep or has a document type.</summary>
    End,

    /// <summary>A start tag, or the tag of an empty element.</summary>
    Open,

    /// <summary>An end tag.</summary>
    Close,

    /// <summary>Text that is not blank.</summary>
    Text,
}

/// <summary>
/// Walks XML as bytes without building anything: tags, attributes and text are views of the input, and become strings only where
/// somebody asks. Made for hostile input: no document type is read, no entity but the five of the standard is resolved, depth is
/// bounded, and end tags are counted, not compared. The bytes may be in any character set whose second bytes are never
/// <c>&lt; &gt; &amp;</c> or a quotation mark, as in UTF-8, GB18030 and ISO 8859. XML 1.0, fifth edition.
/// </summary>
internal ref struct XmlPull(ReadOnlySpan<byte> xml)
{
    /// <summary>Deepest nesting that is followed.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> xml = xml;
    private int at;
    private bool isEmpty;

    /// <summary>Name of the tag just read, with its prefix if it has one.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Name without a prefix.</summary>
    public readonly ReadOnlySpan<byte> LocalName => Name[(Name.IndexOf((byte)':') + 1)..];

    /// <summary>Attributes of the tag just read, as written.</summary>
    public ReadOnlySpan<byte> Attributes { get; private set; }

    /// <summary>The text just read, as written.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Elements that are open, the one just opened included.</summary>
    public int Depth { get; private set; }

    /// <summary>Goes on to the next tag or text.</summary>
    public XmlNode Read()
    {
        if (isEmpty)
        {
            isEmpty = false;
            Depth--;
            return XmlNode.Close;
        }
        while (at < xml.Length)
        {
            ReadOnlySpan<byte> rest = xml[at..];
            if (rest[0] != '<')
            {
                int length = rest.IndexOf((byte)'<');
                Text = length < 0 ? rest : rest[..length];
                at += Text.Length;
                if (!Text.Trim(" \t\r\n"u8).IsEmpty) return XmlNode.Text;
            }
            else if (rest.StartsWith("<!--"u8)) Skip("-->"u8);
            else if (rest.StartsWith("<?"u8)) Skip("?>"u8);
            else if (rest.StartsWith("<![CDATA["u8))
            {
                int end = rest.IndexOf("]]>"u8);
                Text = end < 0 ? rest[9..] : rest[9..end];
                at = end < 0 ? xml.Length : at + end + 3;
                return XmlNode.Text;
            }
            else if (rest.StartsWith("<!"u8)) break;
            else return Tag(rest);
        }
        at = xml.Length;
        return XmlNode.End;
    }

    /// <summary>An attribute's value as written, by its name without a prefix; false when the tag has none.</summary>
    public readonly bool TryAttribute(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = Attributes;
        value = default;
        while (true)
        {
            int equals = rest.IndexOf((byte)'=');
            if (equals < 0) return false;
            ReadOnlySpan<byte> found = rest[..equals].Trim(" \t\r\n"u8);
            rest = rest[(equals + 1)..].TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty || rest[0] is not ((byte)'"' or (byte)'\'')) return false;
            int end = rest[1..].IndexOf(rest[0]);
            if (end < 0) return false;
            if (found[(found.IndexOf((byte)':') + 1)..].SequenceEqual(name))
            {
                value = rest.Slice(1, end);
                return true;
            }
            rest = rest[(end + 2)..];
        }
    }

    /// <summary>Text or an attribute's value as it is meant: references resolved, blanks around it removed, at most <paramref name="limit"/> characters; null when nothing is left.</summary>
    public static string? Decode(ReadOnlySpan<byte> raw, Encoding encoding, int limit = 199)
    {
        raw = raw.Trim(" \t\r\n"u8);
        if (raw.IsEmpty) return null;
        // A character has at most four bytes, a reference at most ten.
        string text = encoding.GetString(raw[..Math.Min(raw.Length, limit * 10)]);
        if (text.Contains('&')) text = Resolve(text);
        text = text.Length > limit ? text[..limit] : text;
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private static string Resolve(string text)
    {
        StringBuilder into = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int end = text[i] == '&' ? text.AsSpan(i, Math.Min(text.Length - i, 10)).IndexOf(';') : -1;
            if (end > 1 && TryReference(text.AsSpan(i + 1, end - 1), into)) i += end;
            else into.Append(text[i]);
        }
        return into.ToString();
    }

    private static bool TryReference(ReadOnlySpan<char> name, StringBuilder into)
    {
        switch (name)
        {
            case "lt": into.Append('<'); return true;
            case "gt": into.Append('>'); return true;
            case "amp": into.Append('&'); return true;
            case "quot": into.Append('"'); return true;
            case "apos": into.Append('\''); return true;
            default: break;
        }
        if (name[0] != '#') return false;
        bool isHexadecimal = name.Length > 2 && name[1] is 'x' or 'X';
        if (!int.TryParse(name[(isHexadecimal ? 2 : 1)..], isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out int value)) return false;
        if (!Rune.TryCreate(value, out Rune rune) || value is < ' ' and not ('\t' or '\r' or '\n')) return false;
        into.Append(rune);
        return true;
    }

    private XmlNode Tag(ReadOnlySpan<byte> rest)
    {
        int end = EndOfTag(rest);
        if (end < 0 || Depth == MaxDepth)
        {
            at = xml.Length;
            return XmlNode.End;
        }
        at += end + 1;
        if (rest[1] == '/')
        {
            Name = rest[2..end].TrimEnd(" \t\r\n"u8);
            Depth--;
            if (Depth < 0) at = xml.Length;
            return Depth < 0 ? XmlNode.End : XmlNode.Close;
        }
        isEmpty = rest[end - 1] == '/';
        ReadOnlySpan<byte> inside = rest[1..(isEmpty ? end - 1 : end)];
        int name = inside.IndexOfAny(" \t\r\n"u8);
        Name = name < 0 ? inside : inside[..name];
        Attributes = name < 0 ? default : inside[name..];
        Depth++;
        return XmlNode.Open;
    }

    /// <summary>Where the tag's closing bracket stands: one inside a quoted value does not close it.</summary>
    private static int EndOfTag(ReadOnlySpan<byte> rest)
    {
        for (int i = 1; i < rest.Length;)
        {
            int next = rest[i..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (next < 0) return -1;
            i += next;
            if (rest[i] == '>') return i > 1 ? i : -1;
            int quote = rest[(i + 1)..].IndexOf(rest[i]);
            if (quote < 0) return -1;
            i += quote + 2;
        }
        return -1;
    }

    private void Skip(ReadOnlySpan<byte> until)
    {
        int end = xml[at..].IndexOf(until);
        at = end < 0 ? xml.Length : at + end + until.Length;
    }
}
