using System.Runtime.InteropServices;

namespace Wardkeeper.Hub.Identification;

/// <summary>Finds the entries that a value shows without looking at all of them: by the whole value, or by three characters in it.</summary>
internal sealed class KnowledgeIndex
{
    /// <summary>Characters by which an entry is found; shorter patterns must be the whole value.</summary>
    public const int Key = 3;

    private const int Bits = 1 << 15;

    /// <summary>Longest part of a value that is looked at.</summary>
    private const int LongestLook = 256;

    private readonly Dictionary<string, List<KnowledgeEntry>>[] wholes = New<Dictionary<string, List<KnowledgeEntry>>>();
    private readonly Dictionary<int, List<KnowledgeEntry>>[] parts = New<Dictionary<int, List<KnowledgeEntry>>>();
    private readonly ulong[][] filters = [.. Enumerable.Range(0, Traits).Select(_ => new ulong[Bits / 64])];

    public KnowledgeIndex(IEnumerable<KnowledgeEntry> entries)
    {
        foreach (KnowledgeEntry entry in entries)
        {
            int trait = (int)entry.Trait;
            if (entry.Pattern.Place == PatternPlace.Whole)
            {
                Add(wholes[trait], entry.Pattern.Text, entry);
                continue;
            }
            int key = KeyOf(entry.Pattern.Text, 0);
            Add(parts[trait], key, entry);
            filters[trait][(key & (Bits - 1)) >> 6] |= 1UL << (key & 63);
        }
    }

    private static int Traits => (int)Trait.Fingerprint + 1;

    /// <summary>Adds the entries that a value shows, each once.</summary>
    /// <param name="trait">What the value is of.</param>
    /// <param name="value">The value.</param>
    /// <param name="into">Where they go.</param>
    public void Find(Trait trait, string value, List<KnowledgeEntry> into)
    {
        Span<char> lower = stackalloc char[LongestLook];
        // What is longer is cut, except where the whole value is the key.
        ReadOnlySpan<char> look = value.AsSpan(0, Math.Min(value.Length, LongestLook));
        int length = look.ToLowerInvariant(lower);
        ReadOnlySpan<char> text = lower[..Math.Max(0, length)];
        if (value.Length <= LongestLook)
        {
            if (wholes[(int)trait].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out List<KnowledgeEntry>? whole)) into.AddRange(whole);
        }
        else if (wholes[(int)trait].TryGetValue(value.ToLowerInvariant(), out List<KnowledgeEntry>? whole))
        {
            into.AddRange(whole);
        }
        Dictionary<int, List<KnowledgeEntry>> keys = parts[(int)trait];
        if (keys.Count == 0) return;
        ulong[] filter = filters[(int)trait];
        for (int at = 0; at + Key <= text.Length; at++)
        {
            int key = KeyOf(text, at);
            if ((filter[(key & (Bits - 1)) >> 6] & (1UL << (key & 63))) == 0 || !keys.TryGetValue(key, out List<KnowledgeEntry>? candidates)) continue;
            foreach (KnowledgeEntry entry in candidates)
            {
                if (entry.Pattern.Holds(text, at) && !into.Contains(entry)) into.Add(entry);
            }
        }
    }

    private static int KeyOf(ReadOnlySpan<char> text, int at) => unchecked(((text[at] * 31) + text[at + 1]) * 31) + text[at + 2];

    private static T[] New<T>()
        where T : new() => [.. Enumerable.Range(0, Traits).Select(_ => new T())];

    private static void Add<TKey>(Dictionary<TKey, List<KnowledgeEntry>> index, TKey key, KnowledgeEntry entry)
        where TKey : notnull
    {
        ref List<KnowledgeEntry>? list = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        (list ??= []).Add(entry);
    }
}
