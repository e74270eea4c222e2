using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Ledger;

namespace Wardkeeper.Console.Parts;

/// <summary>
/// Writes where a claim comes from. Places in a protocol (<c>option 12</c>, <c>MSH-3</c>) are the same in every language; what a
/// device does, from which its type was concluded, is said in the language of the page.
/// </summary>
internal static partial class OriginText
{
    private const string Capture = "capture ";

    public static string Of(ClaimTally claim, IStringLocalizer words)
    {
        if (claim.Source != "habit") return claim.Origin;
        return string.Join(words["list.separator"], Reason().Matches(claim.Origin).Select(reason => One(reason, words)));
    }

    /// <summary>Who says something: a protocol, a table, a person, a capture.</summary>
    public static string SourceOf(string source, IStringLocalizer words) =>
        source.StartsWith(Capture, StringComparison.Ordinal) ? words["source.capture", source[Capture.Length..]] : Words.Of(words, "source", source);

    private static string One(Match reason, IStringLocalizer words)
    {
        LocalizedString phrase = words["habit." + reason.Groups["what"].Value.Replace(' ', '-').Replace("'", "", StringComparison.Ordinal)];
        if (phrase.ResourceNotFound) return reason.Value;
        string value = reason.Groups["quoted"].Success ? reason.Groups["quoted"].Value : reason.Groups["bare"].Value;
        return words[phrase.Name, value, reason.Groups["port"].Value];
    }

    [GeneratedRegex("""(?<what>passes on other machines' packets|role|modality|announces|describes itself as|HL7 application|HL7|made by|DHCP vendor class|browses as|operating system|is called|offers|says)(?: (?:"(?<quoted>[^"]*)"|(?<bare>[^\s,"]+)))?(?: at port (?<port>\d+))?""")]
    private static partial Regex Reason();
}
