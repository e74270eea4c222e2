using System.Text.Json;

namespace Wardkeeper.Bench.Quality;

/// <summary>A scene of the laboratory, and what detection said while it ran.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Recording">Folder it was recorded in.</param>
/// <param name="IsAttack">Whether it is an attack; a benign twin otherwise.</param>
/// <param name="Expected">Types of finding that tell of it, any of them.</param>
/// <param name="Found">Findings seen while it ran; standing weaknesses apart, unless they tell of it.</param>
/// <param name="Seconds">From its begin to the first finding that tells of it; null when none does.</param>
internal sealed record JudgedScene(string Name, string Recording, bool IsAttack, IReadOnlyList<string> Expected, IReadOnlyList<FoundHere> Found, double? Seconds)
{
    private const double Slack = 0.05;
    private const string Twin = "-twin";

    /// <summary>Whether detection said what it should and nothing else of weight.</summary>
    public bool IsRight => IsAttack ? Seconds is not null : !Found.Any();

    /// <summary>Findings that do not tell of the scene.</summary>
    public IEnumerable<FoundHere> Others => Found.Where(found => !Expected.Contains(found.Type));

    /// <summary>The scenes of a recording.</summary>
    public static IEnumerable<JudgedScene> Of(string folder, IReadOnlyDictionary<string, string[]> expected)
    {
        string site = Path.Combine(folder, "truth/site.yaml");
        CaptureVerdict verdict = CaptureVerdict.Of(Path.Combine(folder, "hospital.pcap"), File.Exists(site) ? site : null);
        foreach (string line in File.ReadLines(Path.Combine(folder, "truth/scenes.ndjson")))
        {
            JsonElement scene = JsonElement.Parse(line);
            string name = scene.GetProperty("name").GetString()!;
            double begin = scene.GetProperty("begin").GetDouble() - Slack, end = scene.GetProperty("end").GetDouble() + Slack;
            // A hot-spot is a weakness that stands open as well: what tells of an attack counts, also against its twin.
            string[] asked = expected.GetValueOrDefault(name.EndsWith(Twin, StringComparison.Ordinal) ? name[..^Twin.Length] : name, []);
            FoundHere[] found = [.. verdict.Findings.Where(one => (!one.IsStanding || asked.Contains(one.Type)) && one.Seen.Any(at => at >= begin && at <= end))];
            string[] types = expected.GetValueOrDefault(name, []);
            double[] times = [.. found.Where(one => types.Contains(one.Type)).SelectMany(one => one.Seen).Where(at => at >= begin && at <= end)];
            yield return new JudgedScene(name, Path.GetFileName(folder), scene.GetProperty("attack").GetBoolean(), types, found, times.Length == 0 ? null : times.Min() - begin - Slack);
        }
    }
}
