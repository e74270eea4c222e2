using System.Runtime.InteropServices;

namespace Wardkeeper.Hub.Identification;

/// <summary>Collects voices about each attribute, and decides on them; as before, where the same is said as before.</summary>
internal sealed class Hearing
{
    private static readonly int Fields = Enum.GetValues<IdentityField>().Length;
    private readonly List<Voice>?[] voices = new List<Voice>?[Fields];
    private readonly Grounds? before;

    /// <summary>Hears all entries that the traits show.</summary>
    /// <param name="shown">What the device shows.</param>
    /// <param name="knowledge">What that was read with.</param>
    /// <param name="before">What was heard before of the same device with the same knowledge, or null.</param>
    public Hearing(List<ShownTrait> shown, KnowledgeBase knowledge, Grounds? before)
    {
        this.before = before;
        Span<ulong> seen = new ulong[(knowledge.Conditions + 63) / 64];
        foreach (ShownTrait one in shown)
        {
            foreach (int number in one.Reading.Conditions) seen[number >> 6] |= 1UL << (number & 63);
        }
        foreach (ShownTrait one in shown)
        {
            foreach (KnownFact fact in one.Reading.Facts)
            {
                if (!fact.Holds(seen)) continue;
                foreach (Statement statement in fact.Statements) Hear(statement, one);
            }
        }
    }

    /// <summary>What was heard and decided of each attribute that was decided.</summary>
    public (Candidates Candidates, Decided Decided)?[] Heard { get; } = new (Candidates, Decided)?[Fields];

    /// <summary>Hears one voice.</summary>
    public void Hear(Statement statement, in ShownTrait shown) => (voices[(int)statement.Field] ??= new List<Voice>(16)).Add(new Voice(statement, shown));

    /// <summary>Decides an attribute, and adds the decision.</summary>
    public Decided? Decide(IdentityField field, List<Decided> into)
    {
        if (voices[(int)field] is not { } said) return null;
        (Candidates Candidates, Decided Decided)? known = before?.Of(field);
        if (known is null || !CollectionsMarshal.AsSpan(said).SequenceEqual(known.Value.Candidates.Voices))
        {
            Candidates candidates = new(field, [.. said]);
            known = (candidates, candidates.Decide());
        }
        Heard[(int)field] = known;
        into.Add(known.Value.Decided);
        return known.Value.Decided;
    }
}

/// <summary>What an identity was decided on, to decide it again when there is new evidence.</summary>
/// <param name="Knowledge">What was known of devices.</param>
/// <param name="Shown">What the device showed.</param>
/// <param name="Tokens">Parts of its fingerprint; null when it has none.</param>
/// <param name="Heard">What was said and decided of each attribute.</param>
internal sealed record Grounds(KnowledgeBase Knowledge, List<ShownTrait> Shown, List<string>? Tokens, (Candidates Candidates, Decided Decided)?[] Heard)
{
    /// <summary>What was said and decided of an attribute; null when nothing was.</summary>
    public (Candidates Candidates, Decided Decided)? Of(IdentityField field) => Heard[(int)field];
}
