using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Who a MAC prefix is registered to: of the device's maker, or of the maker of its network card or board. The table is looked up
/// where it lies in the program, without being read first.
/// </summary>
public static class MacPrefixes
{
    private static readonly byte[] Table = Load();

    /// <summary>The holder of the longest registered prefix (36, 28, then 24 bits), or null. Locally administered addresses have none.</summary>
    public static string? VendorOf(MacAddress mac)
    {
        if (mac.IsNone || mac.IsGroup || mac.IsLocal) return null;
        Span<byte> digits = stackalloc byte[12];
        for (int i = 0; i < 12; i++) digits[i] = (byte)"0123456789ABCDEF"[(int)(mac.Value >> (44 - (4 * i))) & 15];
        return Find(digits[..9]) ?? Find(digits[..7]) ?? Find(digits[..6]);
    }

    /// <summary>Addresses that redundancy protocols make up: VRRP (RFC 9568, section 7.3) and HSRP.</summary>
    public static bool IsVirtual(MacAddress mac) =>
        mac.Value >> 8 is 0x00005E0001 or 0x00005E0002 or 0x00000C07AC || mac.Value >> 12 is 0x00000C9FF;

    private static string? Find(ReadOnlySpan<byte> prefix)
    {
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
            if (order == 0) return Encoding.UTF8.GetString(line[(tab + 1)..]);
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
