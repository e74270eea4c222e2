using System.Globalization;

namespace Wardkeeper.Bench.Platform;

/// <summary>
/// <c>./wardkeeper bench platform [--only LIST] [--observations N] [--rows N] [--devices N] [--days N] [--flows N] [--postgres CONNECTION] [--program FILE] [--keep DIR]</c>:
/// the figures of the platform, each with its bar. Ends with 1 when a bar is missed.
/// </summary>
internal static class PlatformBench
{
    private static readonly string[] Sections = ["days", "path", "history", "devices", "start"];

    public static async Task<int> RunAsync(string home, string[] options)
    {
        string[] only = Program.Option(options, "--only")?.Split(',', StringSplitOptions.TrimEntries) ?? Sections;
        if (only.Except(Sections).ToArray() is { Length: > 0 } unknown) return Program.Refuse($"--only takes {string.Join(", ", Sections)}; {string.Join(", ", unknown)} is none of them");
        string program = Program.Option(options, "--program") ?? Path.Combine(home, ".build/platform/wardkeeper-platform");
        if (only.Contains("start") && !File.Exists(program)) return Program.Refuse($"{program} is not there; start ./wardkeeper status once, name it with --program FILE, or leave it out with --only path,history,devices,days");
        string? kept = Program.Option(options, "--keep");
        string folder = kept ?? Directory.CreateTempSubdirectory("wardkeeper-bench-").FullName;
        Figures figures = new();
        try
        {
            string? postgres = Program.Option(options, "--postgres");
            // The month comes first: its memory is looked at, and what other parts leave behind in this process is not its own.
            string month = Path.Combine(folder, "month");
            if (only.Contains("days")) await ThirtyDays.RunAsync(month, Number(options, "--days", 30, 1, 190), Number(options, "--flows", 6_000_000, 1000, 100_000_000), figures);
            if (only.Contains("path")) await EndToEnd.RunAsync(Path.Combine(folder, "path"), postgres, Number(options, "--observations", 500_000, 10_000, 20_000_000), figures);
            if (only.Contains("history")) await HistoryRows.RunAsync(Path.Combine(folder, "rows"), Number(options, "--rows", 2_000_000, 65_536, 100_000_000), figures);
            if (only.Contains("devices")) await DeviceTable.RunAsync(Path.Combine(folder, "devices"), postgres, Number(options, "--devices", 100_000, 20_001, 200_000), figures);
            if (only.Contains("start")) await ColdStart.RunAsync(program, Path.Combine(folder, "empty"), Directory.Exists(month) ? month : null, figures);
        }
        catch (FormatException e)
        {
            return Program.Refuse(e.Message);
        }
        finally
        {
            if (kept is null) Directory.Delete(folder, true);
        }
        return figures.Missed == 0 ? 0 : 1;
    }

    private static int Number(string[] options, string name, int usual, int least, int most)
    {
        if (Program.Option(options, name) is not { } text) return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}, not '{text}'"));
    }
}
