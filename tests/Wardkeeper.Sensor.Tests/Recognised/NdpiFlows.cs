using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Recognised;

/// <summary>What nDPI said of the flows of a capture: the text that its reader wrote lies beside the capture.</summary>
internal static partial class NdpiFlows
{
    /// <summary>Per pair of endpoints the protocols that nDPI saw in the content; what it guessed from ports and addresses is left out.</summary>
    public static Dictionary<string, HashSet<string>> Of(string capture)
    {
        Dictionary<string, HashSet<string>> flows = [];
        foreach (Match line in File.ReadLines(SharedFiles.Path($"captures/{capture}.out")).Select(text => Line().Match(text)).Where(match => match.Success))
        {
            string tuple = Tuple(line.Groups["proto"].Value, line.Groups["one"].Value, line.Groups["other"].Value);
            if (!flows.TryGetValue(tuple, out HashSet<string>? names)) flows.Add(tuple, names = []);
            names.Add(NameOf(line.Groups["name"].Value.Split('.')[0], tuple));
        }
        return flows;
    }

    /// <summary>nDPI calls three protocols NetBIOS, which their ports tell apart.</summary>
    private static string NameOf(string name, string tuple) => name != "NetBIOS" ? name : Array.Exists(tuple.Split(' '), static end => end.EndsWith(":137", StringComparison.Ordinal)) ? "NetBIOS-NS" : tuple.Contains(":138", StringComparison.Ordinal) ? "NetBIOS-DGM" : "NetBIOS-SSN";

    /// <summary>Two endpoints, written as nDPI does and in one order.</summary>
    public static string Tuple(string proto, string one, string other) => string.CompareOrdinal(one, other) < 0 ? $"{proto} {one} {other}" : $"{proto} {other} {one}";

    [GeneratedRegex(@"^\t\d+\t(?<proto>TCP|UDP) (?<one>\S+:\d+) (?:->|<->) (?<other>\S+:\d+) .*?\[proto: [\d.]+/(?<name>[^\]]+)\].*?\[Confidence: DPI[^\]]*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
