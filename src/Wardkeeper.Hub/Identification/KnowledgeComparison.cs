namespace Wardkeeper.Hub.Identification;

/// <summary>What an entry is to what is known already.</summary>
public enum KnowledgeNews
{
    /// <summary>Nothing was known of what it looks at.</summary>
    New,

    /// <summary>It says what is known.</summary>
    Same,

    /// <summary>It says another value than what is known: both are heard, and devices that show it are in conflict until a person decides.</summary>
    Contradicting,
}

/// <summary>An entry beside what is known.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="News">What it is to what is known.</param>
/// <param name="Known">The entry that says the same or another thing; null when it is new.</param>
public sealed record ComparedEntry(KnowledgeEntry Entry, KnowledgeNews News, KnowledgeEntry? Known);

/// <summary>Compares a file of knowledge with what is known: two entries are about the same when trait, pattern and conditions are. Pure.</summary>
public static class KnowledgeComparison
{
    /// <summary>Each entry of a file beside what is known, in the file's order.</summary>
    /// <param name="coming">The file's entries.</param>
    /// <param name="known">What is known: what is shipped, the site's additions, what its persons taught.</param>
    public static IReadOnlyList<ComparedEntry> Of(IReadOnlyList<KnowledgeEntry> coming, IEnumerable<KnowledgeEntry> known)
    {
        ArgumentNullException.ThrowIfNull(coming);
        ArgumentNullException.ThrowIfNull(known);
        Dictionary<string, KnowledgeEntry> named = new(StringComparer.Ordinal);
        foreach (KnowledgeEntry entry in known) named[entry.Id] = entry;
        ILookup<string, KnowledgeEntry> about = named.Values.ToLookup(About, StringComparer.Ordinal);
        return [.. coming.Select(entry => Compare(entry, named.GetValueOrDefault(entry.Id), about[About(entry)]))];
    }

    private static ComparedEntry Compare(KnowledgeEntry entry, KnowledgeEntry? named, IEnumerable<KnowledgeEntry> about)
    {
        KnowledgeEntry[] others = [.. about];
        if (Array.Find(others, other => Contradicts(entry, other)) is { } against) return new ComparedEntry(entry, KnowledgeNews.Contradicting, against);
        if (Array.Find(others, other => Holds(other, entry)) is { } same) return new ComparedEntry(entry, KnowledgeNews.Same, same);
        // Under a name that is taken it takes the other's place, which is no addition.
        return named is null ? new ComparedEntry(entry, KnowledgeNews.New, null) : new ComparedEntry(entry, KnowledgeNews.Contradicting, named);
    }

    /// <summary>Whether two say values of one attribute that cannot both be right.</summary>
    private static bool Contradicts(KnowledgeEntry one, KnowledgeEntry other) =>
        one.Maker != MakerKind.None && other.Maker != MakerKind.None && one.Maker != other.Maker
        || one.Sayings.Any(saying => other.Sayings.Any(said => said.Field == saying.Field && (said.IsAgainst == saying.IsAgainst ? !saying.IsAgainst && !Share(said, saying) : Share(said, saying))));

    /// <summary>Whether one says all that another does, however sure.</summary>
    private static bool Holds(KnowledgeEntry one, KnowledgeEntry other) =>
        one.Maker == other.Maker && other.Sayings.All(saying => one.Sayings.Any(said => said.Field == saying.Field && said.IsAgainst == saying.IsAgainst && said.Values.Order(StringComparer.Ordinal).SequenceEqual(saying.Values.Order(StringComparer.Ordinal), StringComparer.Ordinal)));

    private static bool Share(Saying one, Saying other) => one.Values.Intersect(other.Values, StringComparer.OrdinalIgnoreCase).Any();

    private static string About(KnowledgeEntry entry) =>
        $"{KnowledgeFile.Kebab(entry.Trait)}\t{entry.Pattern}\t{string.Join(';', entry.Conditions.Select(one => $"{(one.IsForbidden ? "!" : "")}{KnowledgeFile.Kebab(one.Trait)}={one.Pattern}").Order(StringComparer.Ordinal))}";
}
