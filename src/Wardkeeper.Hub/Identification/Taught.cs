using System.Globalization;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Hub.Identification;

/// <summary>What a person said of a device, as an entry of knowledge about all that have its fingerprint.</summary>
public static class Taught
{
    /// <summary>A line of a file; null when nobody confirmed the field, or when the same was said already.</summary>
    /// <param name="fingerprint">The device's fingerprint.</param>
    /// <param name="field">The field that a person entered.</param>
    /// <param name="said">What was said so far; grows.</param>
    public static string? Line(string fingerprint, FieldValue field, ISet<string> said)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(said);
        IdentityField? about = field.Field switch { "type" => IdentityField.Type, "vendor" => IdentityField.Vendor, "model" => IdentityField.Model, _ => null };
        if (field is not { ConfirmedBy: { } who, Value: { } value } || about is null || value.IndexOfAny(['|', ';', '\t', '@']) >= 0 || !said.Add($"{fingerprint} {field.Field} {value}")) return null;
        string id = string.Create(CultureInfo.InvariantCulture, $"site.{fingerprint}.{field.Field}.{said.Count}");
        return KnowledgeFile.Line(new KnowledgeEntry(id, Trait.Fingerprint, new TraitPattern(fingerprint, PatternPlace.Whole), [], [new Saying(about.Value, [value], AlikeValue.Sure, false)], MakerKind.None, "person", Likeness.Clean(who), "site", []));
    }
}
