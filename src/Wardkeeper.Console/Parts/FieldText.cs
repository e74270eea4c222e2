using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;

namespace Wardkeeper.Console.Parts;

/// <summary>Writes the value of a ledger's field for people: words of our own vocabulary are translated, text from data never is.</summary>
internal static class FieldText
{
    private static readonly HashSet<string> Choices = ["consequence", "connectionMode", "outsideConnection", "machineType", "patientData", "mobility", "ownership"];

    public static string Of(string field, string value, Formats formats, IStringLocalizer words) => field switch
    {
        "type" or "category" => formats.Type(value),
        "department" or "usingDepartment" => Words.Of(words, "department", value),
        "role" => Words.Of(words, "netrole", value),
        "inUse" => string.Join(", ", value.Split(", ").Select(one => Words.Of(words, "use", one))),
        "lifeCycle" => Words.Of(words, "lifecycle", value),
        "hlMessageType" => string.Join(", ", value.Split(", ").Select(one => Directed(one, words))),
        _ when Choices.Contains(field) => Words.Of(words, "choice", value),
        _ => value,
    };

    /// <summary>A kind of message with which way it goes, for example <c>ORU^R01 sends</c>.</summary>
    private static string Directed(string value, IStringLocalizer words) =>
        value.EndsWith(" sends", StringComparison.Ordinal) ? words["direction.sends", value[..^6]]
        : value.EndsWith(" receives", StringComparison.Ordinal) ? words["direction.receives", value[..^9]]
        : value;
}
