using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Tests.Site;

/// <summary>Runs a second opinion.</summary>
internal static class Shell
{
    public static Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel) => IpTool.RunAsync(program, arguments, null, cancel);
}
