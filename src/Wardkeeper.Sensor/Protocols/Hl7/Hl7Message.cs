namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// One HL7 v2 message as decoded text, addressed as the standard writes it: segment, field, repetition, component, subcomponent,
/// all counted from 1. Nothing is copied; what is not there reads as empty. Segments end with CR; where a message has no CR at all,
/// LF ends them.
/// </summary>
internal readonly ref struct Hl7Message
{
    private readonly ReadOnlySpan<char> text;
    private readonly char terminator;

    private Hl7Message(ReadOnlySpan<char> text, Hl7Separators separators)
    {
        this.text = text;
        Separators = separators;
        terminator = text.Contains('\r') ? '\r' : '\n';
    }

    /// <summary>The message's delimiters.</summary>
    public Hl7Separators Separators { get; }

    /// <summary>Takes text that begins with a header segment (MSH, or FHS and BHS of a batch).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hl7Message message)
    {
        message = default;
        if (text.Length < 4 || text[..3] is not ("MSH" or "FHS" or "BHS")) return false;
        message = new Hl7Message(text, Hl7Separators.Of(text));
        return true;
    }

    /// <summary>All lines in order, including those that are no segments.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>The segment of this name in the given place among those of its name, counted from 1; an empty one when there is none.</summary>
    public Hl7Segment Segment(ReadOnlySpan<char> name, int occurrence = 1)
    {
        foreach (Hl7Segment segment in this)
        {
            if (segment.Name.SequenceEqual(name) && --occurrence == 0) return segment;
        }
        return new Hl7Segment(default, Separators);
    }

    /// <summary>The segment in the given place, counted from 1; an empty one when there is none.</summary>
    public Hl7Segment Segment(int number)
    {
        foreach (Hl7Segment segment in this)
        {
            if (--number == 0) return segment;
        }
        return new Hl7Segment(default, Separators);
    }

    /// <summary>Walks the lines of a message.</summary>
    public ref struct Enumerator(Hl7Message message)
    {
        private readonly Hl7Message message = message;
        private int next;

        /// <summary>The current segment.</summary>
        public Hl7Segment Current { get; private set; }

        /// <summary>Goes to the next line that is not empty.</summary>
        public bool MoveNext()
        {
            while (next < message.text.Length)
            {
                ReadOnlySpan<char> rest = message.text[next..];
                int length = rest.IndexOf(message.terminator);
                next += length < 0 ? rest.Length : length + 1;
                ReadOnlySpan<char> line = (length < 0 ? rest : rest[..length]).Trim('\n');
                if (line.IsEmpty) continue;
                Current = new Hl7Segment(line, message.Separators);
                return true;
            }
            return false;
        }
    }
}

/// <summary>One segment of a message.</summary>
internal readonly ref struct Hl7Segment(ReadOnlySpan<char> line, Hl7Separators separators)
{
    private readonly ReadOnlySpan<char> line = line;
    private readonly Hl7Separators separators = separators;

    /// <summary>Whether there is no such segment.</summary>
    public bool IsEmpty => line.IsEmpty;

    /// <summary>Its name, for example OBX; empty when the line does not begin with one.</summary>
    public ReadOnlySpan<char> Name =>
        line.Length >= 3 && (line.Length == 3 || line[3] == separators.Field)
        && char.IsAsciiLetterUpper(line[0]) && IsNameCharacter(line[1]) && IsNameCharacter(line[2])
            ? line[..3]
            : default;

    /// <summary>A field by its number in the standard; of MSH, FHS and BHS the first is the field separator itself.</summary>
    public Hl7Element Field(int number)
    {
        if (line.Length < 4) return new Hl7Element(default, separators);
        if (line[..3] is not ("MSH" or "FHS" or "BHS")) return new Hl7Element(Hl7Element.Piece(line[4..], separators.Field, number), separators);
        if (number == 1) return new Hl7Element(line.Slice(3, 1), default);
        // The encoding characters are a value, not a structure.
        return new Hl7Element(Hl7Element.Piece(line[4..], separators.Field, number - 1), number == 2 ? default : separators);
    }

    private static bool IsNameCharacter(char value) => char.IsAsciiLetterUpper(value) || char.IsAsciiDigit(value);
}

/// <summary>A field, repetition, component or subcomponent.</summary>
internal readonly ref struct Hl7Element(ReadOnlySpan<char> raw, Hl7Separators separators)
{
    private readonly Hl7Separators separators = separators;

    /// <summary>The text as sent, escape sequences and all.</summary>
    public ReadOnlySpan<char> Raw { get; } = raw;

    /// <summary>Whether nothing was sent.</summary>
    public bool IsEmpty => Raw.IsEmpty;

    /// <summary>Whether it says that a value is to be deleted (two quotation marks).</summary>
    public bool IsNull => Raw is "\"\"";

    /// <summary>Number of repetitions of a field; an empty field has one.</summary>
    public int Repetitions => separators.Repetition == '\0' ? 1 : Raw.Count(separators.Repetition) + 1;

    /// <summary>A repetition of a field.</summary>
    public Hl7Element Repetition(int number) => Part(separators.Repetition, number);

    /// <summary>A component of a field that does not repeat, or of one repetition.</summary>
    public Hl7Element Component(int number) => Part(separators.Component, number);

    /// <summary>A subcomponent of a component.</summary>
    public Hl7Element Subcomponent(int number) => Part(separators.Subcomponent, number);

    /// <summary>The text with its escape sequences decoded and inner delimiters replaced by the recommended ones, at most <paramref name="limit"/> characters of it.</summary>
    public string Text(int limit = 199) => Hl7Escapes.Decode(Raw, separators, limit);

    /// <summary>The text as <see cref="Text"/> gives it, or null when it is empty, blank or null in the sense of the standard.</summary>
    public string? TextOrNull(int limit = 199)
    {
        if (IsEmpty || IsNull) return null;
        string text = Text(limit);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>Piece <paramref name="number"/>, counted from 1, of text cut at a separator; empty when it is not there.</summary>
    internal static ReadOnlySpan<char> Piece(ReadOnlySpan<char> text, char separator, int number)
    {
        if (separator == '\0') return number == 1 ? text : default;
        for (; number > 1; number--)
        {
            int at = text.IndexOf(separator);
            if (at < 0) return default;
            text = text[(at + 1)..];
        }
        int end = text.IndexOf(separator);
        return number < 1 ? default : end < 0 ? text : text[..end];
    }

    private Hl7Element Part(char separator, int number) => new(Piece(Raw, separator, number), separators);
}
