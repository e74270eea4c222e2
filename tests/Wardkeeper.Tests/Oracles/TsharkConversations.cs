using System.Globalization;
using System.Text.Json;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>Packets and IP bytes per TCP and UDP conversation, summed over our flows of a tuple. Frames of tunnels and fragments leave their addresses out of it.</summary>
internal static class TsharkConversations
{
    public static (IEnumerable<string> Theirs, IEnumerable<string> Ours) Compare(IReadOnlyList<TsharkFrame> frames, Analysis ours)
    {
        // A mirror's copies are used once by us and counted twice by tshark: such a capture says nothing here.
        if (ours.Summary().GetProperty("counters").EnumerateArray().Any(counter => counter.GetProperty("name").GetString() is "mirror-copy" or "routed-copy")) return ([], []);
        HashSet<string> excluded = [.. frames.Where(frame => !frame.IsPlain).SelectMany(frame => frame.AddressPairs())];
        Dictionary<string, (long Packets, long Bytes)> theirs = new(StringComparer.Ordinal), sums = new(StringComparer.Ordinal);
        foreach (TsharkFrame frame in frames.Where(frame => frame.IsPlain && !frame.AddressPairs().Any(excluded.Contains)))
        {
            string from = frame["ip.src"] + frame["ipv6.src"], to = frame["ip.dst"] + frame["ipv6.dst"];
            string proto = frame.IsTcp ? "tcp" : "udp";
            long bytes = frame["ip.len"].Length > 0 ? Number(frame["ip.len"]) : Number(frame["ipv6.plen"]) + 40;
            Add(theirs, $"{proto} {TsharkFrame.Pair($"{from} {frame[proto + ".srcport"]}", $"{to} {frame[proto + ".dstport"]}")}", 1, bytes);
        }
        foreach (JsonElement flow in ours.Rows("flows"))
        {
            string proto = flow.GetProperty("proto").GetString()!, from = flow.GetProperty("id.orig_h").GetString()!, to = flow.GetProperty("id.resp_h").GetString()!;
            if (proto is not ("tcp" or "udp") || excluded.Contains(TsharkFrame.Pair(from, to))) continue;
            string key = $"{proto} {TsharkFrame.Pair($"{from} {flow.GetProperty("id.orig_p")}", $"{to} {flow.GetProperty("id.resp_p")}")}";
            Add(sums, key, flow.GetProperty("orig_pkts").GetInt64() + flow.GetProperty("resp_pkts").GetInt64(), flow.GetProperty("orig_ip_bytes").GetInt64() + flow.GetProperty("resp_ip_bytes").GetInt64());
        }
        return (Lines(theirs), Lines(sums));
    }

    private static void Add(Dictionary<string, (long Packets, long Bytes)> sums, string key, long packets, long bytes)
    {
        (long Packets, long Bytes) sum = sums.GetValueOrDefault(key);
        sums[key] = (sum.Packets + packets, sum.Bytes + bytes);
    }

    private static IEnumerable<string> Lines(Dictionary<string, (long Packets, long Bytes)> sums) =>
        sums.Select(pair => $"{pair.Key}: {pair.Value.Packets} packets, {pair.Value.Bytes} bytes").Order(StringComparer.Ordinal);

    private static long Number(string text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
