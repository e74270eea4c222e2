using System.Globalization;

namespace Wardkeeper.Bench.Platform;

/// <summary>What the kernel knows of a running process.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>Megabytes that stand in a line of <c>/proc/PID/status</c>: VmRSS: now, VmHWM: at its peak.</summary>
    public static double Megabytes(int process, string line) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith(line, StringComparison.Ordinal)).AsSpan(line.Length).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) / 1024.0;

    /// <summary>Lets this process's peak of resident memory begin anew, so that what was measured before does not count.</summary>
    public static void ForgetPeak()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, true, true);
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>CPU seconds of all its threads since it began.</summary>
    public static double CpuSeconds(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        // The name stands in brackets and may hold anything.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
