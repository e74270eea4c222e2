using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Prefilter;

/// <summary>
/// Finds in one pass which of thousands of patterns occur in a buffer. Of each pattern its four rarest bytes in a row (two, of short ones; one, of single
/// bytes) are looked for by a bit map that fits the nearest cache; where a bit is set, the whole pattern is compared. Upper and lower case are the
/// same here: whether case matters is decided by the rule itself. Immutable once built.
/// </summary>
internal sealed class PatternIndex
{
    private const int MapBits = 17;
    private readonly ulong[] fourMap = new ulong[1 << (MapBits - 6)];
    private readonly ulong[] twoMap = new ulong[1024];
    private readonly Dictionary<uint, List<Entry>> fours = [];
    private readonly Dictionary<ushort, List<Entry>> twos = [];
    private readonly List<int>?[] ones = new List<int>?[256];
    private bool hasTwos, hasOnes;

    /// <summary>Patterns in it.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a pattern.</summary>
    /// <param name="pattern">Its bytes, in any case.</param>
    /// <param name="rule">What is reported when it occurs.</param>
    public void Add(ReadOnlySpan<byte> pattern, int rule)
    {
        Count++;
        byte[] lower = new byte[pattern.Length];
        for (int i = 0; i < lower.Length; i++) lower[i] = ContentCheck.Lower(pattern[i]);
        if (lower.Length == 1)
        {
            hasOnes = true;
            (ones[lower[0]] ??= []).Add(rule);
        }
        else if (lower.Length < 4)
        {
            hasTwos = true;
            ushort key = (ushort)(lower[0] | (lower[1] << 8));
            twoMap[key >> 6] |= 1UL << (key & 63);
            Put(twos, key, lower, 0, rule);
        }
        else
        {
            int at = Rarest(lower);
            uint key = Four(lower.AsSpan(at));
            uint hash = Hash(key);
            fourMap[hash >> 6] |= 1UL << (int)(hash & 63);
            Put(fours, key, lower, at, rule);
        }
    }

    /// <summary>Reports the rules of every pattern that occurs, some perhaps more than once.</summary>
    public void Find(ReadOnlySpan<byte> buffer, List<int> into)
    {
        if (fours.Count > 0) FindFours(buffer, into);
        if (hasTwos) FindTwos(buffer, into);
        if (!hasOnes) return;
        foreach (byte value in buffer)
        {
            if (ones[ContentCheck.Lower(value)] is { } rules) into.AddRange(rules);
        }
    }

    private void FindFours(ReadOnlySpan<byte> buffer, List<int> into)
    {
        if (buffer.Length < 4) return;
        uint window = 0;
        ulong[] map = fourMap;
        for (int at = 3; at < buffer.Length; at++)
        {
            window = at == 3 ? Four(buffer) : (window >> 8) | ((uint)ContentCheck.Lower(buffer[at]) << 24);
            uint hash = Hash(window);
            if ((map[hash >> 6] & (1UL << (int)(hash & 63))) == 0 || !fours.TryGetValue(window, out List<Entry>? entries)) continue;
            Compare(entries, buffer, at - 3, into);
        }
    }

    private void FindTwos(ReadOnlySpan<byte> buffer, List<int> into)
    {
        for (int at = 0; at + 1 < buffer.Length; at++)
        {
            ushort key = (ushort)(ContentCheck.Lower(buffer[at]) | (ContentCheck.Lower(buffer[at + 1]) << 8));
            if ((twoMap[key >> 6] & (1UL << (key & 63))) != 0) Compare(twos[key], buffer, at, into);
        }
    }

    private static void Compare(List<Entry> entries, ReadOnlySpan<byte> buffer, int at, List<int> into)
    {
        foreach (ref readonly Entry entry in CollectionsMarshal.AsSpan(entries))
        {
            int start = at - entry.At;
            if (start < 0 || start + entry.Pattern.Length > buffer.Length) continue;
            if (ContentCheck.EqualsLower(buffer.Slice(start, entry.Pattern.Length), entry.Pattern)) into.AddRange(entry.Rules);
        }
    }

    private static void Put<TKey>(Dictionary<TKey, List<Entry>> table, TKey key, byte[] pattern, int at, int rule)
        where TKey : struct
    {
        ref List<Entry>? entries = ref CollectionsMarshal.GetValueRefOrAddDefault(table, key, out _);
        entries ??= [];
        foreach (Entry entry in entries)
        {
            if (entry.At != at || !entry.Pattern.AsSpan().SequenceEqual(pattern)) continue;
            entry.Rules.Add(rule);
            return;
        }
        entries.Add(new Entry(pattern, at, [rule]));
    }

    /// <summary>Where the four bytes lie that are least likely by chance: far from letters that every text has, from zeros, and from each other.</summary>
    private static int Rarest(ReadOnlySpan<byte> pattern)
    {
        int best = 0, most = int.MinValue;
        for (int at = 0; at + 4 <= pattern.Length; at++)
        {
            int score = 0;
            for (int i = at; i < at + 4; i++)
            {
                score += Rarity(pattern[i]);
                if (i > at && pattern[i] == pattern[i - 1]) score -= 4;
            }
            if (score <= most) continue;
            (best, most) = (at, score);
        }
        return best;
    }

    private static int Rarity(byte value) => value switch
    {
        0 or 0xFF or (byte)' ' => 0,
        (byte)'e' or (byte)'t' or (byte)'a' or (byte)'o' or (byte)'i' or (byte)'n' or (byte)'s' or (byte)'r' or (byte)'h' => 2,
        (byte)'/' or (byte)'.' or (byte)'\r' or (byte)'\n' or (byte)':' or (byte)'=' or (byte)'-' => 2,
        >= (byte)'a' and <= (byte)'z' => 4,
        >= (byte)'0' and <= (byte)'9' => 4,
        < 0x20 or >= 0x80 => 5,
        _ => 6,
    };

    private static uint Four(ReadOnlySpan<byte> bytes) => (uint)(ContentCheck.Lower(bytes[0]) | (ContentCheck.Lower(bytes[1]) << 8) | (ContentCheck.Lower(bytes[2]) << 16) | (ContentCheck.Lower(bytes[3]) << 24));

    private static uint Hash(uint key) => (key * 2654435761u) >> (32 - MapBits);

    private readonly record struct Entry(byte[] Pattern, int At, List<int> Rules);
}
