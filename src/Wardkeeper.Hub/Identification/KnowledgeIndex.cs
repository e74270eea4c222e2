using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Finds the entries that a value shows without looking at all of them: by the whole value, or by three characters in it. Devices share
/// most of what they show, so what a value meant is kept, as far as there is room.
/// </summary>
internal sealed class KnowledgeIndex
{
    /// <summary>Characters by which an entry is found; shorter patterns must be the whole value.</summary>
    public const int Key = 3;

    private const int Bits = 1 << 15;

    /// <summary>Longest part of a value that is looked at.</summary>
    private const int LongestLook = 256;

    /// <summary>Values of a kind whose meaning is kept. Strangers say as many as they like: when there are more, all are forgotten.</summary>
    private const int MostKept = 4_096;

    private readonly Dictionary<string, List<KnownFact>>[] wholes = New<Dictionary<string, List<KnownFact>>>();
    private readonly Dictionary<int, List<KnownFact>>[] parts = New<Dictionary<int, List<KnownFact>>>();
    private readonly ulong[][] filters = [.. Enumerable.Range(0, Traits).Select(_ => new ulong[Bits / 64])];
    private readonly ConcurrentDictionary<string, TraitReading>[] kept = [.. Enumerable.Range(0, Traits).Select(_ => new ConcurrentDictionary<string, TraitReading>(StringComparer.Ordinal))];
    private readonly int[] counts = new int[Traits];
    private readonly KnownConditions conditions = new(Traits);

    public KnowledgeIndex(IEnumerable<KnowledgeEntry> entries)
    {
        foreach (KnowledgeEntry entry in entries)
        {
            int trait = (int)entry.Trait;
            KnownFact fact = new(entry, conditions);
            if (entry.Pattern.Place == PatternPlace.Whole)
            {
                Add(wholes[trait], entry.Pattern.Text, fact);
                continue;
            }
            int key = KeyOf(entry.Pattern.Text, 0);
            Add(parts[trait], key, fact);
            filters[trait][(key & (Bits - 1)) >> 6] |= 1UL << (key & 63);
        }
    }

    /// <summary>Conditions that entries ask for: what sets of them are made for.</summary>
    public int Conditions => conditions.Count;

    private static int Traits => (int)Trait.Fingerprint + 1;

    /// <summary>What a value means.</summary>
    public TraitReading Read(Trait trait, string value) => kept[(int)trait].TryGetValue(value, out TraitReading? reading) ? reading : Keep(trait, value);

    /// <summary>What a value that is part of a text means.</summary>
    public TraitReading Read(Trait trait, ReadOnlySpan<char> value) =>
        kept[(int)trait].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(value, out TraitReading? reading) ? reading : Keep(trait, value.ToString());

    private TraitReading Keep(Trait trait, string value)
    {
        List<KnownFact> facts = [];
        Find(trait, value, facts);
        TraitReading reading = new(trait, value, facts.Count == 0 ? [] : [.. facts], conditions.HeldBy(trait, value));
        if (value.Length > LongestLook) return reading;
        if (Interlocked.Increment(ref counts[(int)trait]) > MostKept)
        {
            kept[(int)trait].Clear();
            Interlocked.Exchange(ref counts[(int)trait], 1);
        }
        return kept[(int)trait].GetOrAdd(value, reading);
    }

    /// <summary>Adds the facts that a value shows, each once.</summary>
    private void Find(Trait trait, string value, List<KnownFact> into)
    {
        Span<char> lower = stackalloc char[LongestLook];
        // What is longer is cut, except where the whole value is the key.
        ReadOnlySpan<char> look = value.AsSpan(0, Math.Min(value.Length, LongestLook));
        int length = look.ToLowerInvariant(lower);
        ReadOnlySpan<char> text = lower[..Math.Max(0, length)];
        if (value.Length <= LongestLook)
        {
            if (wholes[(int)trait].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out List<KnownFact>? whole)) into.AddRange(whole);
        }
        else if (wholes[(int)trait].TryGetValue(value.ToLowerInvariant(), out List<KnownFact>? whole))
        {
            into.AddRange(whole);
        }
        Dictionary<int, List<KnownFact>> keys = parts[(int)trait];
        if (keys.Count == 0) return;
        ulong[] filter = filters[(int)trait];
        for (int at = 0; at + Key <= text.Length; at++)
        {
            int key = KeyOf(text, at);
            if ((filter[(key & (Bits - 1)) >> 6] & (1UL << (key & 63))) == 0 || !keys.TryGetValue(key, out List<KnownFact>? candidates)) continue;
            foreach (KnownFact fact in candidates)
            {
                if (fact.Entry.Pattern.Holds(text, at) && !into.Contains(fact)) into.Add(fact);
            }
        }
    }

    private static int KeyOf(ReadOnlySpan<char> text, int at) => unchecked(((text[at] * 31) + text[at + 1]) * 31) + text[at + 2];

    private static T[] New<T>()
        where T : new() => [.. Enumerable.Range(0, Traits).Select(_ => new T())];

    private static void Add<TKey>(Dictionary<TKey, List<KnownFact>> index, TKey key, KnownFact fact)
        where TKey : notnull
    {
        ref List<KnownFact>? list = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        (list ??= new List<KnownFact>(1)).Add(fact);
    }
}
