using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Hub.Detection;

namespace Wardkeeper.Bench.Quality;

/// <summary>A finding in a capture.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Severity">How bad.</param>
/// <param name="IsStanding">Whether it is a weakness that stands open, or tells of the sensor itself: nothing that somebody did.</param>
/// <param name="Seen">Times of its evidence, in seconds.</param>
/// <param name="Count">How often.</param>
/// <param name="Title">In English.</param>
internal sealed record FoundHere(string Type, string Severity, bool IsStanding, IReadOnlyList<double> Seen, long Count, string Title);

/// <summary>What detection said of a capture.</summary>
/// <param name="Findings">In the order of raising.</param>
/// <param name="Days">From its first packet to its last, in days.</param>
internal sealed record CaptureVerdict(IReadOnlyList<FoundHere> Findings, double Days)
{
    /// <summary>Runs the analysis as the program does and reads what it wrote.</summary>
    /// <param name="path">The capture.</param>
    /// <param name="site">What the site knows of itself; null where nobody said anything.</param>
    public static CaptureVerdict Of(string path, string? site = null)
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-quality-").FullName;
        try
        {
            AnalyzeRun.Run(new AnalyzeOptions { Files = [path], OutputFolder = folder, SiteFile = site }, TextWriter.Null, TextWriter.Null);
            return new CaptureVerdict([.. File.ReadLines(Path.Combine(folder, "findings.ndjson")).Select(Read)], DaysOf(Path.Combine(folder, "summary.json")));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static double DaysOf(string path)
    {
        JsonElement summary = JsonElement.Parse(File.ReadAllText(path));
        return summary.TryGetProperty("first", out JsonElement first) && summary.TryGetProperty("last", out JsonElement last) && first.ValueKind == JsonValueKind.Number ? (last.GetDouble() - first.GetDouble()) / 86_400 : 0;
    }

    private static FoundHere Read(string line)
    {
        JsonElement one = JsonElement.Parse(line);
        string type = one.GetProperty("type").GetString()!;
        return new FoundHere(
            type,
            one.GetProperty("severity").GetString()!,
            DetectorRegistry.Types[type] is { IsExposure: true } or { Duty: Hub.Findings.Duty.Operator },
            [.. one.GetProperty("evidence").EnumerateArray().Select(evidence => evidence.GetProperty("ts").GetDouble()).Append(one.GetProperty("ts").GetDouble())],
            one.GetProperty("count").GetInt64(),
            one.GetProperty("title").GetString()!);
    }
}
