using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Tests.Running;

namespace Wardkeeper.Lab.Tests.Emitters;

/// <summary>Compares three accounts of the same traffic: the plan's facts, the server's log file, the recording.</summary>
internal static class WireCheck
{
    /// <summary>Lines of a server's log file: peer, kind, detail.</summary>
    public static string[][] LogOf(TestHospital hospital, string key, string word) =>
        [.. File.ReadAllLines(hospital.Site.LogOf(hospital.Site[key], word)).Select(line => line.Split('\t'))];

    /// <summary>Details of one kind in a server's log file.</summary>
    public static string[] Details(this string[][] log, string what) => [.. log.Where(line => line[1] == what).Select(line => line[2])];

    /// <summary>What the facts of events count, by protocol, kind and direction.</summary>
    public static SortedDictionary<string, int> Planned(TestHospital hospital, params IEnumerable<LabEvent> events)
    {
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (WireFact fact in events.SelectMany(what => what.Facts)) Add(counts, fact.What, hospital.Site[fact.From].Device.Ip.ToString(), hospital.Site[fact.To].Device.Ip.ToString(), fact.Count);
        return counts;
    }

    /// <summary>What was seen, each as kind, source and destination.</summary>
    public static SortedDictionary<string, int> Seen(IEnumerable<(string What, string From, string To)> seen)
    {
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach ((string what, string from, string to) in seen) Add(counts, what, from, to, 1);
        return counts;
    }

    private static void Add(SortedDictionary<string, int> counts, string what, string from, string to, int count)
    {
        string key = $"{what} {from} > {to}";
        counts[key] = counts.GetValueOrDefault(key) + count;
    }
}
