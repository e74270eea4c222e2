using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>Tags before a reader's antennas. A real reader sees them in the air; in the lab, who plans an event puts them there.</summary>
internal static class TagsInTheAir
{
    // By host, which lives as long as its hospital: two hospitals in one process do not see each other's tags.
    private static readonly ConditionalWeakTable<HostNamespace, ConcurrentQueue<string>> Tags = [];

    /// <summary>Puts a tag before a reader; it leaves when it has been read.</summary>
    /// <param name="reader">Reader.</param>
    /// <param name="epc">EPC-96, 24 hexadecimal digits.</param>
    public static void Put(HostNamespace reader, string epc) => Tags.GetOrCreateValue(reader).Enqueue(epc);

    /// <summary>Takes all tags that a reader sees.</summary>
    public static IReadOnlyList<string> Take(HostNamespace reader)
    {
        List<string> taken = [];
        while (Tags.GetOrCreateValue(reader).TryDequeue(out string? epc)) taken.Add(epc);
        return taken;
    }
}
