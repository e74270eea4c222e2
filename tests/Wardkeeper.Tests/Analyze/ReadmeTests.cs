using System.Text.RegularExpressions;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>The READMEs show what their first command prints; with WARDKEEPER_ACCEPT=1 (<c>./test --accept</c>) they are written anew.</summary>
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md", false)]
    [InlineData("README.zh-CN.md", true)]
    public void The_readme_shows_what_the_program_prints(string readme, bool chinese)
    {
        using StringWriter text = new(), errors = new();
        AnalyzeRun.Run(new AnalyzeOptions { Files = [HospitalSample.Capture], Chinese = chinese }, text, errors);
        string path = Path.Combine(SharedFiles.Project, readme), shown = File.ReadAllText(path), block = $"```\n{text.ToString().Trim()}\n```";
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") File.WriteAllText(path, shown = Block().Replace(shown, _ => block, 1));
        Assert.Equal(block, Block().Match(shown).Value);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public void The_first_command_of_the_readme_reads_the_sample(string readme)
    {
        string first = File.ReadLines(Path.Combine(SharedFiles.Project, readme)).First(line => line.StartsWith("    ./", StringComparison.Ordinal));
        Assert.Equal($"    ./wardkeeper analyze {HospitalSample.Name}", first);
    }

    /// <summary>The first block between fences.</summary>
    [GeneratedRegex("^```\n.*?\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
