using System.Diagnostics;
using System.Text;

namespace Wardkeeper.Lab.Tests;

/// <summary>Runs programs for tests.</summary>
internal static class Tool
{
    /// <summary>Full path of a program, or null.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end and returns what it printed, both streams; it must succeed.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Find(program) ?? program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string all = text + errors.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {all}");
        return all;
    }

    /// <summary>Starts a program inside a namespace; whoever starts it kills it.</summary>
    public static Process StartIn(string name, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Find("ip")!, ["netns", "exec", name, Find(program)!, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        return Process.Start(start)!;
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (int turn = 0; turn < 400; turn++)
        {
            if (isSo()) return;
            await Task.Delay(25);
        }
        Assert.Fail("still not so after 10 s: " + what);
    }
}
