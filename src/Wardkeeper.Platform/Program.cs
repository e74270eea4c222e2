using System.CommandLine;
using System.CommandLine.Parsing;

namespace Wardkeeper.Platform;

/// <summary>The platform program: <c>up</c> and every command that talks to it. Exit codes: 0 done, 2 a mistake of the user's, 1 a defect of ours.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        ParseResult parsed = PlatformCommands.Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) await System.Console.Error.WriteLineAsync($"wardkeeper: {error.Message}");
            await System.Console.Error.WriteLineAsync($"Run 'wardkeeper{(parsed.CommandResult.Command.Name == "wardkeeper" ? "" : " " + parsed.CommandResult.Command.Name)} --help' for usage.");
            return 2;
        }
        try
        {
            // Termination is each command's own affair: up drains what it holds.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UserError error)
        {
            foreach (string line in error.Lines) await System.Console.Error.WriteLineAsync($"wardkeeper: {line}");
            return 2;
        }
    }
}
