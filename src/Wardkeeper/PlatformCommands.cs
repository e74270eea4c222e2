using System.CommandLine;

namespace Wardkeeper;

/// <summary>
/// The commands of the platform, a program of its own. They are listed in this program's help; the launcher starts the other
/// program for them. The list is one file that both programs and the launcher read.
/// </summary>
internal static class PlatformCommands
{
    /// <summary>One command per line of the list.</summary>
    public static IEnumerable<Command> All()
    {
        using StreamReader reader = new(typeof(PlatformCommands).Assembly.GetManifestResourceStream("platform-commands.tsv")!);
        List<Command> commands = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            // Only the platform knows their options.
            Command command = new(cells[0], cells[1]) { TreatUnmatchedTokensAsErrors = false };
            command.SetAction(_ => Explain(cells[0]));
            commands.Add(command);
        }
        return commands;
    }

    private static int Explain(string name)
    {
        Console.Error.WriteLine($"wardkeeper: '{name}' is a command of the platform, a program beside this one. From a checkout, ./wardkeeper {name} builds and starts it.");
        return 2;
    }
}
