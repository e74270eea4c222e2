using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>One record as decoded text. Fields are counted as the standard does: the record's type is field 1. LIS02-A2, 5.4.</summary>
internal readonly ref struct AstmRecord(ReadOnlySpan<char> text, Hl7Separators delimiters)
{
    private readonly ReadOnlySpan<char> text = text;
    private readonly Hl7Separators delimiters = delimiters;

    /// <summary>Type of the record, an upper-case letter: H, P, O, R, C, Q, M, S or L; else NUL.</summary>
    public char Type => text.Length > 0 && char.ToUpperInvariant(text[0]) is 'H' or 'P' or 'O' or 'R' or 'C' or 'Q' or 'M' or 'S' or 'L' && (text.Length == 1 || text[1] == delimiters.Field)
        ? char.ToUpperInvariant(text[0])
        : '\0';

    /// <summary>A field; an empty one when it is not there.</summary>
    public Hl7Element Field(int number) => new(Hl7Element.Piece(text, delimiters.Field, number), delimiters);
}
