using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wardkeeper.Bench;

/// <summary>One whole process, start included: CPU seconds of it and its children, wall seconds, and its peak resident memory.</summary>
internal readonly record struct Measured(double CpuSeconds, double WallSeconds, long PeakKilobytes, int ExitCode)
{
    private const int Children = -1;

    /// <summary>Runs a program; its output is thrown away.</summary>
    public static Measured Run(string program, params string[] arguments)
    {
        double before = ChildCpu();
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        long began = Stopwatch.GetTimestamp(), peak = 0;
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(20)) peak = Math.Max(peak, Peak(process.Id));
        process.WaitForExit();
        return new Measured(ChildCpu() - before, Stopwatch.GetElapsedTime(began).TotalSeconds, peak, process.ExitCode);
    }

    private static long Peak(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>CPU seconds of all children that have ended.</summary>
    private static double ChildCpu()
    {
        _ = getrusage(Children, out Usage usage);
        return usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e6);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getrusage(int who, out Usage usage);

    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds;
    }
}
