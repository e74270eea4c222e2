using System.Diagnostics;

namespace Wardkeeper.Lab.Site;

/// <summary>Runs <c>ip</c> and its kind in the root namespace, many commands at once where the tool can.</summary>
internal static class IpTool
{
    /// <summary>Runs commands of <c>ip -batch</c> in a namespace; null is the root one.</summary>
    /// <exception cref="LabException">One of them failed.</exception>
    public static async Task BatchAsync(string? name, IEnumerable<string> commands, CancellationToken cancel) =>
        await MustAsync("ip", name is null ? ["-batch", "-"] : ["-n", name, "-batch", "-"], string.Join('\n', commands) + "\n", cancel);

    /// <summary>Runs a shell script in a namespace.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public static async Task ShellAsync(string name, string script, CancellationToken cancel) => await MustAsync("ip", ["netns", "exec", name, "sh", "-e"], script, cancel);

    /// <summary>Runs a program and returns what it printed, whatever its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string? input, CancellationToken cancel)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new LabException($"{program} could not be started");
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), errors = process.StandardError.ReadToEndAsync(cancel);
        if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }

    private static async Task MustAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancel)
    {
        (int code, string output) = await RunAsync(program, arguments, input, cancel);
        if (code != 0) throw new LabException($"{program} {string.Join(' ', arguments)} failed: {output.Trim()}");
    }
}
