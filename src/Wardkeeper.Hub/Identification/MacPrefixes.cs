using System.Collections.Concurrent;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Who a MAC prefix is registered to: of the device's maker, or of the maker of its network card or board. The table is looked up
/// where it lies in the program, without being read first.
/// </summary>
public static class MacPrefixes
{
    /// <summary>Cards whose holder is kept: a device that shows something new is decided anew. When there are more, all are forgotten.</summary>
    private const int MostKept = 8_192;

    private static readonly byte[] Table = Load();
    private static readonly ConcurrentDictionary<ulong, string?> Kept = new();
    private static int count;

    /// <summary>The holder of the longest registered prefix (36, 28, then 24 bits), or null. Locally administered addresses have none.</summary>
    public static string? VendorOf(MacAddress mac)
    {
        if (mac.IsNone || mac.IsGroup || mac.IsLocal) return null;
        ulong prefix = mac.Value >> 12;
        if (Kept.TryGetValue(prefix, out string? known)) return known;
        Span<byte> digits = stackalloc byte[9];
        for (int i = 0; i < digits.Length; i++) digits[i] = (byte)"0123456789ABCDEF"[(int)(prefix >> (32 - (4 * i))) & 15];
        string? holder = Find(digits[..6], out bool isDivided);
        // Few are divided further; their parts stand behind them.
        if (holder is null || isDivided) holder = Find(digits, out _) ?? Find(digits[..7], out _) ?? holder;
        if (Interlocked.Increment(ref count) > MostKept)
        {
            Kept.Clear();
            Interlocked.Exchange(ref count, 1);
        }
        return Kept.GetOrAdd(prefix, holder);
    }

    /// <summary>Addresses that redundancy protocols make up: VRRP (RFC 9568, section 7.3) and HSRP.</summary>
    public static bool IsVirtual(MacAddress mac) =>
        mac.Value >> 8 is 0x00005E0001 or 0x00005E0002 or 0x00000C07AC || mac.Value >> 12 is 0x00000C9FF;

    /// <param name="prefix">Digits of a prefix.</param>
    /// <param name="isDivided">Whether a longer prefix follows that begins with it.</param>
    private static string? Find(ReadOnlySpan<byte> prefix, out bool isDivided)
    {
        isDivided = false;
        ReadOnlySpan<byte> table = Table;
        int low = 0, high = table.Length;
        while (low < high)
        {
            int start = LineStart(table, (low + high) / 2, low);
            ReadOnlySpan<byte> line = table[start..];
            int end = line.IndexOf((byte)'\n');
            line = end < 0 ? line : line[..end];
            int tab = line.IndexOf((byte)'\t');
            int order = tab < 0 ? 1 : prefix.SequenceCompareTo(line[..tab]);
            if (order == 0)
            {
                isDivided = table[Math.Min(table.Length, start + line.Length + 1)..].StartsWith(prefix);
                return Encoding.UTF8.GetString(line[(tab + 1)..]);
            }
            if (order < 0) high = start;
            else low = start + line.Length + 1;
        }
        return null;
    }

    private static int LineStart(ReadOnlySpan<byte> table, int at, int low)
    {
        int before = table[low..at].LastIndexOf((byte)'\n');
        return before < 0 ? low : low + before + 1;
    }

    private static byte[] Load()
    {
        using Stream stream = typeof(MacPrefixes).Assembly.GetManifestResourceStream("mac-prefixes.tsv")!;
        byte[] table = new byte[stream.Length];
        stream.ReadExactly(table);
        int body = table.AsSpan().IndexOf((byte)'\n') + 1;
        return table[body..];
    }
}
