using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Hub.Identification;

/// <summary>Tells what the site's persons said of devices, as knowledge about all that are alike.</summary>
public interface ITaughtQueries
{
    /// <summary>An entry for each fingerprint, field and value that a person confirmed, by fingerprint; each once.</summary>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<KnowledgeEntry>> TaughtAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}

/// <summary>What a person said of a device, as an entry of knowledge about all that have its fingerprint.</summary>
public static class Taught
{
    /// <summary>Entries that are handed out at most.</summary>
    public const int Most = 30_000;

    private const int NameBytes = 4;

    /// <summary>The entry; null when alike devices have no such field in common, or a file cannot hold the value. The same was always said under the same name, wherever it is written.</summary>
    /// <param name="fingerprint">The device's fingerprint.</param>
    /// <param name="field">API name of the field that a person entered.</param>
    /// <param name="value">What she entered.</param>
    /// <param name="who">The person.</param>
    public static KnowledgeEntry? Entry(string fingerprint, string field, string value, string who)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(value);
        IdentityField? about = field switch { "type" => IdentityField.Type, "vendor" => IdentityField.Vendor, "model" => IdentityField.Model, _ => null };
        if (about is null || value.IndexOfAny(['|', ';', '\t', '@']) >= 0) return null;
        string id = $"site.{fingerprint}.{field}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, NameBytes))}";
        return new KnowledgeEntry(id, Trait.Fingerprint, new TraitPattern(fingerprint, PatternPlace.Whole), [], [new Saying(about.Value, [value], AlikeValue.Sure, false)], MakerKind.None, "person", Likeness.Clean(who), "site", []);
    }
}
