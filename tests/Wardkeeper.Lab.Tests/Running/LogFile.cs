using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Wardkeeper.Lab.Tests.Running;

/// <summary>Logs of programs that run: a line is there a while after what it tells, on a busy machine a long while.</summary>
internal static class LogFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The whole log, once it holds a text so many times; or else what it holds after a long wait, for the test to tell.</summary>
    /// <param name="path">Log.</param>
    /// <param name="text">What is waited for.</param>
    /// <param name="times">How often it must stand there.</param>
    public static async Task<string> WithAsync(string path, string text, int times = 1)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); ; await Task.Delay(20, TestHospital.Cancel))
        {
            string log = File.Exists(path) ? await File.ReadAllTextAsync(path, TestHospital.Cancel) : "";
            if (waited.Elapsed > Patience || Regex.Count(log, Regex.Escape(text)) >= times) return log;
        }
    }

    /// <summary>A short file of the kernel about a process; empty when it has ended.</summary>
    public static string OfProcess(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
