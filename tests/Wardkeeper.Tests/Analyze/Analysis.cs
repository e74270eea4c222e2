using System.Text.Json;
using Wardkeeper.Analyze;

namespace Wardkeeper.Tests.Analyze;

/// <summary>One run of <c>wardkeeper analyze --out</c> as a user would start it, with its files read back.</summary>
internal sealed class Analysis : IDisposable
{
    private Analysis(string folder, int exitCode, string text, string errors) => (Folder, ExitCode, Text, Errors) = (folder, exitCode, text, errors);

    public string Folder { get; }

    public int ExitCode { get; }

    /// <summary>What was printed.</summary>
    public string Text { get; }

    /// <summary>What was printed to standard error.</summary>
    public string Errors { get; }

    public static Analysis Of(params string[] files) => Of(new AnalyzeOptions { Files = files });

    public static Analysis Of(AnalyzeOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-test-").FullName;
        using StringWriter text = new(), errors = new();
        int code = AnalyzeRun.Run(options with { OutputFolder = folder }, text, errors);
        return new Analysis(folder, code, text.ToString(), errors.ToString());
    }

    /// <summary>The rows of a log; none when there is no such file.</summary>
    public IReadOnlyList<JsonElement> Rows(string log)
    {
        string path = Path.Combine(Folder, log + ".ndjson");
        return File.Exists(path) ? [.. File.ReadLines(path).Select(line => JsonElement.Parse(line))] : [];
    }

    public JsonElement Summary() => JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, "summary.json")));

    /// <summary>Name and content of every file, for comparing runs byte by byte.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() =>
        Directory.EnumerateFiles(Folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes, StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
