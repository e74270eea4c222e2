using System.Buffers;
using System.Text;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// The shape of an SQL statement: its words and names, with every value replaced by a question mark. Values may be patients', and
/// the shape says what was asked without them. Text in quotes of either kind, numbers, comments and everything that is not ASCII
/// count as values; names in back quotes or brackets are kept.
/// </summary>
internal static class SqlStatement
{
    /// <summary>Characters of a shape at most; longer ones are cut.</summary>
    public const int Longest = 240;

    /// <summary>Bytes of a statement that are looked at.</summary>
    public const int MostBytes = 2048;

    /// <summary>The shape of a statement in UTF-8 or a superset of ASCII; null when it holds no word.</summary>
    public static string? Shape(ReadOnlySpan<byte> statement)
    {
        statement = statement[..Math.Min(statement.Length, MostBytes)];
        char[] text = ArrayPool<char>.Shared.Rent(statement.Length);
        try
        {
            return Shape(text.AsSpan(0, Encoding.Latin1.GetChars(statement, text)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    /// <summary>The shape of a statement; null when it holds no word.</summary>
    public static string? Shape(ReadOnlySpan<char> statement)
    {
        statement = statement[..Math.Min(statement.Length, MostBytes)];
        StringBuilder shape = new(Math.Min(statement.Length, Longest));
        bool hasWord = false;
        for (int at = 0; at < statement.Length && shape.Length < Longest;)
        {
            char c = statement[at];
            int length = Token(statement[at..], out Kind kind);
            switch (kind)
            {
                case Kind.Space:
                    if (shape.Length > 0 && shape[^1] != ' ') shape.Append(' ');
                    break;
                case Kind.Value:
                    if (shape.Length == 0 || shape[^1] != '?') shape.Append('?');
                    break;
                case Kind.Word:
                    hasWord = true;
                    shape.Append(statement.Slice(at, Math.Min(length, 128)));
                    break;
                default:
                    shape.Append(c);
                    break;
            }
            at += length;
        }
        if (shape.Length > Longest) shape.Length = Longest;
        return hasWord ? shape.ToString().TrimEnd() : null;
    }

    private static int Token(ReadOnlySpan<char> rest, out Kind kind)
    {
        char c = rest[0];
        if (c is ' ' or '\t' or '\r' or '\n')
        {
            kind = Kind.Space;
            return 1;
        }
        if (rest.StartsWith("--", StringComparison.Ordinal)) return Comment(rest, "\n", out kind);
        if (rest.StartsWith("/*", StringComparison.Ordinal)) return Comment(rest, "*/", out kind);
        kind = Kind.Value;
        if (c is '\'' or '"') return Quoted(rest, c);
        if (c == '$' && DollarQuoted(rest) is > 0 and int dollars) return dollars;
        if (c is '`' or '[') return Name(rest, c == '[' ? ']' : '`', out kind);
        if (char.IsAsciiDigit(c) || c > '~' || c < ' ')
        {
            int end = 1;
            while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] is '.' or '_' || rest[end] > '~')) end++;
            return end;
        }
        if (!char.IsAsciiLetter(c) && c is not ('_' or '@'))
        {
            kind = Kind.Sign;
            return 1;
        }
        int word = 1;
        while (word < rest.Length && (char.IsAsciiLetterOrDigit(rest[word]) || rest[word] is '_' or '$' or '@' or '#')) word++;
        // A word that runs into foreign letters is no name that we can vouch for.
        if (word < rest.Length && rest[word] > '~')
        {
            while (word < rest.Length && (char.IsAsciiLetterOrDigit(rest[word]) || rest[word] > '~')) word++;
            return word;
        }
        kind = Kind.Word;
        return word;
    }

    private static int Comment(ReadOnlySpan<char> rest, string end, out Kind kind)
    {
        kind = Kind.Space;
        int at = rest.IndexOf(end, StringComparison.Ordinal);
        return at < 0 ? rest.Length : at + end.Length;
    }

    /// <summary>A text in quotes; a quote within it stands twice. Behind a backslash it ends the text for some servers and not for others: then everything to the end is a value. An open one reaches to the end.</summary>
    private static int Quoted(ReadOnlySpan<char> rest, char quote)
    {
        for (int at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '\\')
            {
                if (at + 1 < rest.Length && rest[at + 1] == quote) return rest.Length;
                at++;
            }
            else if (rest[at] == quote)
            {
                if (at + 1 >= rest.Length || rest[at + 1] != quote) return at + 1;
                at++;
            }
        }
        return rest.Length;
    }

    /// <summary>PostgreSQL's <c>$tag$ … $tag$</c>; 0 when it is none. A place holder such as <c>$1</c> is none.</summary>
    private static int DollarQuoted(ReadOnlySpan<char> rest)
    {
        int tag = 1;
        while (tag < rest.Length && tag < 64 && (char.IsAsciiLetterOrDigit(rest[tag]) || rest[tag] == '_')) tag++;
        if (tag >= rest.Length || rest[tag] != '$') return 0;
        int end = rest[(tag + 1)..].IndexOf(rest[..(tag + 1)], StringComparison.Ordinal);
        return end < 0 ? rest.Length : tag + 1 + end + tag + 1;
    }

    /// <summary>A name in back quotes or brackets: kept when it looks like one.</summary>
    private static int Name(ReadOnlySpan<char> rest, char close, out Kind kind)
    {
        int end = rest[1..].IndexOf(close);
        kind = Kind.Value;
        if (end < 0)
        {
            kind = Kind.Sign;
            return 1;
        }
        bool isName = end is > 0 and <= 64;
        foreach (char c in rest.Slice(1, end)) isName &= char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '.' or '-';
        if (isName) kind = Kind.Word;
        return end + 2;
    }

    private enum Kind
    {
        Space,
        Word,
        Value,
        Sign,
    }
}
