using System.CommandLine;
using System.CommandLine.Parsing;

namespace Wardkeeper.Platform;

/// <summary>The platform program: <c>up</c> and every command that talks to it. Exit codes: 0 done, 2 a mistake of the user's, 1 a defect of ours.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        RootCommand root = new("Wardkeeper keeps a hospital's medical devices safe on the network.") { Up.UpCommand.Create() };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) await System.Console.Error.WriteLineAsync($"wardkeeper: {error.Message}");
            await System.Console.Error.WriteLineAsync("Run 'wardkeeper --help' for usage.");
            return 2;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
