using System.CommandLine;
using System.CommandLine.Parsing;
using Wardkeeper.Analyze;

namespace Wardkeeper;

/// <summary>The program: its commands and nothing else. Exit codes: 0 done, 2 a mistake of the user's, 1 a defect of ours.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        RootCommand root = new("Wardkeeper keeps a hospital's medical devices safe on the network.") { AnalyzeCommand.Create() };
        foreach (Command command in PlatformCommands.All()) root.Add(command);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors) Console.Error.WriteLine($"wardkeeper: {error.Message}");
            Console.Error.WriteLine("Run 'wardkeeper --help' or 'wardkeeper analyze --help' for usage.");
            return 2;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UserError error)
        {
            foreach (string line in error.Lines) Console.Error.WriteLine($"wardkeeper: {line}");
            return 2;
        }
    }
}
