using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Recognised;

/// <summary>
/// Recognition against nDPI's by pair of endpoints, and against tshark's by capture. Protocols stand in <c>names.tsv</c>; where the
/// other tool is no measure, <c>differences.tsv</c> says why. With WARDKEEPER_ACCEPT=1 the figures go to <c>docs/recognition.md</c>.
/// </summary>
public class RecognitionTests
{
    private const double LeastRecall = 0.97, LeastPrecision = 0.98, LeastPrecisionByPorts = 0.95, LeastOfOne = 0.8;
    private const int Many = 10;

    private static readonly string Folder = Path.Combine(SharedFiles.Project, "tests/Wardkeeper.Sensor.Tests/Recognised");

    /// <summary>Protocols that carry another within: tshark shows both, our service is the outer one's.</summary>
    private static readonly (string Inner, string[] Outer)[] Within = [("ssl", ["quic", "openvpn", "dtls"]), ("http", ["http2"])];

    /// <summary>Ours, nDPI's and tshark's names of a protocol.</summary>
    private static readonly (string Service, string[] Ndpi, string[] Tshark)[] Names =
        [.. Table("names.tsv").Select(cells => (cells[0], cells[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    [Fact]
    public void Flows_are_recognised_as_nDPI_recognises_their_content()
    {
        Tally tally = new("ndpi");
        foreach (string capture in Captures().Where(cells => cells[9].StartsWith("ndpi:", StringComparison.Ordinal)).Select(cells => cells[0]))
        {
            Dictionary<string, HashSet<string>> theirs = NdpiFlows.Of(capture);
            RecognisedFlows ours = RecognisedFlows.Of(capture);
            foreach ((string tuple, HashSet<string> they) in theirs)
            {
                ours.ByTuple.TryGetValue(tuple, out HashSet<string>? we);
                string[] known = [.. Names.Where(name => name.Ndpi.Any(they.Contains)).Select(name => name.Service)];
                tally.Count(capture, tuple, known, we ?? [], string.Join(',', they));
            }
        }
        tally.Hold(LeastRecall, LeastPrecision);
    }

    [Fact]
    public void Captures_hold_the_protocols_that_tshark_sees()
    {
        Tally tally = new("tshark");
        HashSet<string> comparable = [.. Names.Where(name => name.Tshark.Length > 0).Select(name => name.Service)];
        foreach (string[] cells in Captures())
        {
            HashSet<string> they = [.. cells[8].Split(',').Select(layer => layer.Split('=')[0])];
            HashSet<string> we = RecognisedFlows.Of(cells[0]).Services;
            foreach ((string inner, string[] outer) in Within)
            {
                if (outer.Any(we.Contains) && Names.First(name => name.Service == inner).Tshark.Any(they.Contains)) we.Add(inner);
            }
            we.IntersectWith(comparable);
            foreach ((string service, string[] _, string[] tshark) in Names.Where(name => name.Tshark.Length > 0))
                tally.Count(cells[0], service, tshark.Any(they.Contains) ? [service] : [], we.Contains(service) ? [service] : [], tshark.Any(they.Contains) ? service : "nothing");
        }
        // What speaks on a port that tshark does not know is nothing to it: its silence is weak evidence.
        tally.Hold(LeastRecall, LeastPrecisionByPorts, holdsPrecisionOfEach: false);
    }

    private static IEnumerable<string[]> Captures() =>
        File.ReadLines(SharedFiles.Path("captures/MANIFEST.tsv")).Skip(1).Select(line => line.Split('\t')).Where(cells => File.Exists(SharedFiles.Path("captures/" + cells[0])));

    private static IEnumerable<string[]> Table(string name) => File.ReadLines(Path.Combine(Folder, name)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'));

    /// <summary>Counts per protocol what both say, what only they and what only we say.</summary>
    private sealed class Tally(string oracle)
    {
        private readonly Dictionary<(string Capture, string Service), string> listed = Table("differences.tsv").Where(cells => cells[0] == oracle).ToDictionary(cells => (cells[1], cells[2]), cells => cells[3]);
        private readonly HashSet<(string, string)> used = [];
        private readonly SortedDictionary<string, Figures> figures = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, SortedDictionary<string, int>> different = new(StringComparer.Ordinal);

        /// <summary>One thing that both tools looked at.</summary>
        public void Count(string capture, string thing, string[] they, HashSet<string> we, string theirWords)
        {
            foreach (string service in they)
            {
                Figures figure = Of(service);
                figure.Theirs++;
                if (we.Contains(service)) figure.Both++;
                else if (IsListed(capture, service)) figure.Listed++;
                else Differ(service, $"{capture}\t{service}\tmissed: {thing}, we say {(we.Count == 0 ? "nothing" : string.Join(',', we.Order(StringComparer.Ordinal)))}");
            }
            if (we.Any(they.Contains)) return;
            foreach (string service in we.Where(service => Names.Any(name => name.Service == service)))
            {
                Figures figure = Of(service);
                if (IsListed(capture, service))
                {
                    figure.ListedOurs++;
                    continue;
                }
                figure.OnlyOurs++;
                Differ(service, $"{capture}\t{service}\tours alone: {thing}, they say {theirWords}");
            }
        }

        /// <summary>Writes the figures and holds the bars; a listed difference that is none any longer fails too.</summary>
        public void Hold(double leastRecall, double leastPrecision, bool holdsPrecisionOfEach = true)
        {
            Assert.SkipWhen(figures.Count == 0, "no captures");
            if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") RecognitionPage.Write(oracle, figures);
            string all = string.Join('\n', different.Values.SelectMany(lines => lines).Select(line => $"{line.Key} ({line.Value})"));
            if (Environment.GetEnvironmentVariable("WARDKEEPER_DIFFERENCES") is { Length: > 0 } file) File.WriteAllText($"{file}.{oracle}", string.Join('\n', figures.Select(pair => $"{pair.Key}: {pair.Value}")) + '\n' + all);
            Assert.Empty(listed.Keys.Except(used));
            foreach ((string service, Figures figure) in figures.Where(pair => pair.Value.Counted >= Many))
                Assert.True(figure.Recall >= LeastOfOne && (!holdsPrecisionOfEach || figure.Precision >= LeastOfOne), $"{service}: {figure}\n{all}");
            Figures sum = figures.Values.Aggregate(new Figures(), (one, other) => one + other);
            Assert.True(sum.Recall >= leastRecall && sum.Precision >= leastPrecision, $"{sum}\n{all}");
        }

        private bool IsListed(string capture, string service)
        {
            if (!listed.ContainsKey((capture, service))) return false;
            used.Add((capture, service));
            return true;
        }

        private void Differ(string service, string line)
        {
            if (!different.TryGetValue(service, out SortedDictionary<string, int>? lines)) different.Add(service, lines = new(StringComparer.Ordinal));
            lines[line] = lines.GetValueOrDefault(line) + 1;
        }

        private Figures Of(string service)
        {
            if (!figures.TryGetValue(service, out Figures? figure)) figures.Add(service, figure = new());
            return figure;
        }
    }
}
