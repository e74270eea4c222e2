namespace Wardkeeper.Hub.Identification;

/// <summary>What one value of a trait means, whoever shows it. Two readings of the same value are the same.</summary>
/// <param name="trait">What the value is of.</param>
/// <param name="value">The value as it was seen.</param>
/// <param name="facts">The entries of the knowledge base that it shows.</param>
/// <param name="conditions">Numbers of the conditions that it fulfils.</param>
internal sealed class TraitReading(Trait trait, string value, KnownFact[] facts, int[] conditions) : IEquatable<TraitReading>
{
    public Trait Trait => trait;

    public string Value => value;

    public KnownFact[] Facts => facts;

    public int[] Conditions => conditions;

    /// <summary>What it adds to a fingerprint, or null.</summary>
    public string? Token { get; } = Fingerprints.TokenOf(trait, value);

    /// <summary>The entry that names a maker best, or null.</summary>
    public KnowledgeEntry? Maker { get; } = MakerOf(facts);

    /// <summary>The name by which that maker is known; the value when the entry gives none, null when nothing is known of it.</summary>
    public string? NameOfMaker
    {
        get
        {
            if (Maker is null) return null;
            foreach (Saying saying in Maker.Sayings)
            {
                if (saying.Field == IdentityField.Vendor) return saying.Values[0];
            }
            return value;
        }
    }

    public bool Equals(TraitReading? other) => ReferenceEquals(this, other) || (other is not null && other.Trait == trait && other.Value == value);

    public override bool Equals(object? obj) => Equals(obj as TraitReading);

    public override int GetHashCode() => HashCode.Combine(trait, value);

    /// <summary>The longest pattern is the most particular one.</summary>
    private static KnowledgeEntry? MakerOf(KnownFact[] facts)
    {
        KnowledgeEntry? best = null;
        foreach (KnownFact fact in facts)
        {
            if (fact.Entry.Maker != MakerKind.None && (best is null || fact.Entry.Pattern.Text.Length > best.Pattern.Text.Length)) best = fact.Entry;
        }
        return best;
    }
}
