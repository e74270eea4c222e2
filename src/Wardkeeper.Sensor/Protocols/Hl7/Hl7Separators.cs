namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>The delimiters of one message, from MSH-1 and MSH-2. U+0000 stands for one that the message does not define.</summary>
/// <param name="Field">MSH-1.</param>
/// <param name="Component">First character of MSH-2.</param>
/// <param name="Repetition">Second character of MSH-2.</param>
/// <param name="Escape">Third character of MSH-2.</param>
/// <param name="Subcomponent">Fourth character of MSH-2.</param>
/// <param name="Truncation">Fifth character of MSH-2, since version 2.7.</param>
internal readonly record struct Hl7Separators(char Field, char Component, char Repetition, char Escape, char Subcomponent, char Truncation)
{
    /// <summary>The recommended delimiters.</summary>
    public static readonly Hl7Separators Usual = new('|', '^', '~', '\\', '&', '#');

    /// <summary>Reads them from a header segment; an empty MSH-2 means the recommended ones.</summary>
    public static Hl7Separators Of(ReadOnlySpan<char> header)
    {
        if (header.Length < 4) return Usual;
        ReadOnlySpan<char> rest = header[4..];
        int end = rest.IndexOfAny(header[3], '\r', '\n');
        ReadOnlySpan<char> encoding = end < 0 ? rest : rest[..end];
        if (encoding.IsEmpty) return Usual with { Field = header[3] };
        // Software that writes MSH-2 as a string of a programming language may have doubled the escape character.
        int shift = encoding.Length == 5 && encoding[2] == encoding[3] ? 1 : 0;
        return new Hl7Separators(
            header[3], At(encoding, 0), At(encoding, 1), At(encoding, 2), At(encoding, 3 + shift), At(encoding, 4 + shift));
    }

    /// <summary>The recommended delimiter that plays the same part as <paramref name="value"/>, or <paramref name="value"/> itself.</summary>
    public char ToUsual(char value)
    {
        if (value == '\0') return value;
        if (value == Field) return Usual.Field;
        if (value == Component) return Usual.Component;
        if (value == Repetition) return Usual.Repetition;
        return value == Subcomponent ? Usual.Subcomponent : value;
    }

    /// <summary>Letters and digits separate nothing, whatever a header says.</summary>
    private static char At(ReadOnlySpan<char> encoding, int index) =>
        index < encoding.Length && !char.IsLetterOrDigit(encoding[index]) ? encoding[index] : '\0';
}
