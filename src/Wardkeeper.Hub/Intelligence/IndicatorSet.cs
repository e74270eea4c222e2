using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>
/// Indicators in as little memory as a million of them need: of each value sixteen bytes (of a text the first half of its SHA-256, which nobody can prepare to collide), sorted,
/// and sixteen bytes of what its source says; texts of sources are kept once. The values themselves are not kept: a hit tells what was seen.
/// </summary>
public sealed class IndicatorSet
{
    /// <summary>Most indicators; more are refused.</summary>
    public const int MostIndicators = 10_000_000;

    private readonly UInt128[] keys;
    private readonly Entry[] entries;
    private readonly string[] texts;
    private readonly int[] lengths;

    private IndicatorSet(UInt128[] keys, Entry[] entries, string[] texts, int[] lengths, FileSums sums) => (this.keys, this.entries, this.texts, this.lengths, Sums) = (keys, entries, texts, lengths, sums);

    /// <summary>No indicators.</summary>
    public static IndicatorSet None { get; } = new([], [], [], [], FileSums.None);

    /// <summary>Sums by which it names files, beside SHA-256.</summary>
    public FileSums Sums { get; }

    /// <summary>How many there are; the same value from several sources counts once for each.</summary>
    public int Count => keys.Length;

    /// <summary>Puts indicators into a set.</summary>
    /// <param name="indicators">The indicators, in the order of their sources: of equal values the first that holds counts.</param>
    /// <exception cref="InvalidOperationException">There are more than <see cref="MostIndicators"/>.</exception>
    public static IndicatorSet Of(IEnumerable<Indicator> indicators)
    {
        ArgumentNullException.ThrowIfNull(indicators);
        List<UInt128> keys = [];
        List<Entry> entries = [];
        Dictionary<string, int> texts = new(StringComparer.Ordinal);
        SortedSet<int> lengths = [];
        FileSums sums = FileSums.None;
        foreach (Indicator indicator in indicators)
        {
            if (keys.Count >= MostIndicators) throw new InvalidOperationException($"More than {MostIndicators} indicators.");
            if (indicator.Kind == IndicatorKind.Address)
            {
                if (!IndicatorValue.TryNetwork(indicator.Value, out Address address, out int bits)) continue;
                lengths.Add(bits);
                keys.Add(KeyOf(address, bits));
            }
            else keys.Add(KeyOf(indicator.Kind, indicator.Value));
            sums |= indicator.Kind switch { IndicatorKind.FileMd5 => FileSums.Md5, IndicatorKind.FileSha1 => FileSums.Sha1, _ => FileSums.None };
            entries.Add(new Entry(Seconds(indicator.From), indicator.Until is null ? uint.MaxValue : Seconds(indicator.Until), TextOf(texts, indicator.Source), TextOf(texts, indicator.Says), (sbyte)(indicator.Confidence is { } sure ? Math.Clamp(sure, 0, 100) : -1)));
        }
        string[] all = new string[texts.Count];
        foreach ((string text, int at) in texts) all[at] = text;
        UInt128[] unsorted = [.. keys];
        keys.Clear();
        keys.TrimExcess();
        return Sorted(unsorted, entries, all, lengths, sums);
    }

    /// <summary>Everything that several sets hold; of equal values the first set's come first.</summary>
    /// <exception cref="InvalidOperationException">There are more than <see cref="MostIndicators"/>.</exception>
    public static IndicatorSet Union(IReadOnlyList<IndicatorSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        if (sets.Count == 1) return sets[0];
        if (sets.Sum(set => (long)set.Count) is var total && total > MostIndicators) throw new InvalidOperationException($"More than {MostIndicators} indicators.");
        UInt128[] keys = new UInt128[total];
        Entry[] entries = new Entry[total];
        List<string> texts = [];
        int at = 0;
        foreach (IndicatorSet set in sets)
        {
            set.keys.CopyTo(keys, at);
            foreach (Entry entry in set.entries) entries[at++] = entry with { Source = entry.Source + texts.Count, Says = entry.Says + texts.Count };
            texts.AddRange(set.texts);
        }
        return Sorted(keys, entries, [.. texts], [.. sets.SelectMany(set => set.lengths)], sets.Aggregate(FileSums.None, (sums, set) => sums | set.Sums));
    }

    /// <summary>How many have expired at a moment.</summary>
    public int ExpiredAt(CaptureTime at)
    {
        long now = at.Nanoseconds / CaptureTime.PerSecond;
        return entries.Count(entry => entry.Until != uint.MaxValue && now >= entry.Until);
    }

    /// <summary>What of this set another does not hold, or not for as long.</summary>
    public IndicatorSet Except(IndicatorSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0) return this;
        int[] kept = [.. Enumerable.Range(0, keys.Length).Where(at => !other.Holds(keys[at], entries[at].Until))];
        return new IndicatorSet([.. kept.Select(at => keys[at])], [.. kept.Select(at => entries[at])], texts, lengths, Sums);
    }

    private static IndicatorSet Sorted(UInt128[] sorted, IReadOnlyList<Entry> entries, string[] texts, SortedSet<int> lengths, FileSums sums)
    {
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        // Equal values stay in the order of their sources.
        Array.Sort(sorted, order);
        Entry[] placed = new Entry[order.Length];
        for (int i = 0; i < order.Length;)
        {
            int end = i + 1;
            while (end < order.Length && sorted[end] == sorted[i]) end++;
            Array.Sort(order, i, end - i);
            for (; i < end; i++) placed[i] = entries[order[i]];
        }
        return new IndicatorSet(sorted, placed, texts, [.. lengths.Reverse()], sums);
    }

    /// <summary>What is said of an address or the networks around it at a moment, the narrowest first; null when nothing.</summary>
    public IndicatorHit? Find(Address address, CaptureTime at)
    {
        foreach (int bits in lengths)
        {
            if (bits < 96 && address.IsV4) continue;
            if (Find(KeyOf(IndicatorValue.Masked(address, bits), bits), at) is { } hit) return hit with { IsNetwork = bits < 128 };
        }
        return null;
    }

    /// <summary>What is said of a value at a moment; null when nothing. Of a domain its parents count too, down to two labels.</summary>
    /// <param name="kind">Kind, not an address.</param>
    /// <param name="value">As <see cref="IndicatorValue.Read"/> gives it.</param>
    /// <param name="at">Capture time: what expired before is no hit.</param>
    public IndicatorHit? Find(IndicatorKind kind, string value, CaptureTime at)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (keys.Length == 0) return null;
        IndicatorHit? exact = Find(KeyOf(kind, value), at);
        if (exact is not null || kind != IndicatorKind.Domain) return exact;
        for (int dot = value.IndexOf('.', StringComparison.Ordinal); dot >= 0 && value.IndexOf('.', dot + 1) > 0; dot = value.IndexOf('.', dot + 1))
        {
            if (Find(KeyOf(kind, value[(dot + 1)..]), at) is { } parent) return parent with { Matched = value[(dot + 1)..] };
        }
        return null;
    }

    private bool Holds(UInt128 key, uint until)
    {
        for (int at = First(key); at < keys.Length && keys[at] == key; at++)
        {
            if (entries[at].Until >= until) return true;
        }
        return false;
    }

    /// <summary>Where the entries of a key begin, or would.</summary>
    private int First(UInt128 key)
    {
        int low = 0, high = keys.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (keys[middle] < key) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private IndicatorHit? Find(UInt128 key, CaptureTime at)
    {
        int low = First(key);
        long now = at.Nanoseconds / CaptureTime.PerSecond;
        for (; low < keys.Length && keys[low] == key; low++)
        {
            Entry entry = entries[low];
            if (entry.Until != uint.MaxValue && now >= entry.Until) continue;
            return new IndicatorHit(texts[entry.Source], texts[entry.Says])
            {
                Confidence = entry.Confidence < 0 ? null : entry.Confidence,
                From = entry.From == 0 ? null : CaptureTime.FromSeconds(entry.From),
                Until = entry.Until == uint.MaxValue ? null : CaptureTime.FromSeconds(entry.Until),
            };
        }
        return null;
    }

    private static uint Seconds(CaptureTime? at) => at is { } time ? (uint)Math.Clamp(time.Nanoseconds / CaptureTime.PerSecond, 1, uint.MaxValue - 1) : 0;

    private static int TextOf(Dictionary<string, int> texts, string text)
    {
        if (!texts.TryGetValue(text, out int at)) texts[text] = at = texts.Count;
        return at;
    }

    /// <summary>An address and the length of its network in one number: the last byte of an address of the network's kind that is not in use is none, so both are mixed.</summary>
    private static UInt128 KeyOf(Address address, int bits) => new UInt128(address.High, address.Low) ^ ((UInt128)(uint)bits * new UInt128(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835));

    private static UInt128 KeyOf(IndicatorKind kind, string value)
    {
        int most = Encoding.UTF8.GetMaxByteCount(value.Length) + 1;
        Span<byte> bytes = most <= 1024 ? stackalloc byte[most] : new byte[most], digest = stackalloc byte[SHA256.HashSizeInBytes];
        bytes[0] = (byte)kind;
        SHA256.HashData(bytes[..(Encoding.UTF8.GetBytes(value, bytes[1..]) + 1)], digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    /// <summary>What a source says, in as few bytes as that takes; times in seconds since 1970.</summary>
    private readonly record struct Entry(uint From, uint Until, int Source, int Says, sbyte Confidence);
}

/// <summary>What is known of something that was seen.</summary>
/// <param name="Source">Who says so.</param>
/// <param name="Says">What the source says of it; empty when nothing.</param>
public sealed record IndicatorHit(string Source, string Says)
{
    /// <summary>How sure the source is, 0 to 100; null when it does not say.</summary>
    public int? Confidence { get; init; }

    /// <summary>Since when the source knows it; null when it does not say.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Until when it holds; null when it does not expire.</summary>
    public CaptureTime? Until { get; init; }

    /// <summary>Whether a network around the address is listed and not the address itself.</summary>
    public bool IsNetwork { get; init; }

    /// <summary>The domain that is listed, where what was seen lies below it; null otherwise.</summary>
    public string? Matched { get; init; }
}
