using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;

namespace Wardkeeper.Console.Parts;

/// <summary>Writes where a claim comes from. Places in a protocol (<c>option 12</c>, <c>MSH-3</c>) are the same in every language.</summary>
internal static class OriginText
{
    private const string Capture = "capture ";

    /// <summary>Who says something: a protocol, a table, a person, a capture.</summary>
    public static string SourceOf(string source, IStringLocalizer words) =>
        source.StartsWith(Capture, StringComparison.Ordinal) ? words["source.capture", source[Capture.Length..]] : Words.Of(words, "source", source);
}
