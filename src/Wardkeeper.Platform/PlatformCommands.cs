using System.CommandLine;
using System.CommandLine.Help;

namespace Wardkeeper.Platform;

/// <summary>The commands of this program. Their names and what they are for stand in one list that the launcher reads too.</summary>
internal static class PlatformCommands
{
    private static readonly Dictionary<string, string> Described = Load();

    /// <summary>What a command is for.</summary>
    public static string Describe(string name) => Described[name];

    /// <summary>Names in the list.</summary>
    public static IEnumerable<string> Listed => Described.Keys;

    /// <summary>Makes the root with every command.</summary>
    public static Command Root() => new("wardkeeper", "Wardkeeper keeps a hospital's medical devices safe on the network.")
    {
        new HelpOption { Recursive = true },
        Up.UpCommand.Create(),
        Doctor.DoctorCommand.Create(),
        Control.StatusCommand.Create(),
        Slices.ReplayCommand.Create(),
        Access.UserCommandLine.User(),
        Access.UserCommandLine.Token(),
        Access.UserCommandLine.Audit(),
        new Command("trust", Describe("trust")) { Trust.Gateway.GatewayCommand.Create() },
        Exchange.ExchangeCommandLine.Import(),
        Exchange.ExchangeCommandLine.Export(),
        Backups.BackupCommands.Backup(),
        Backups.BackupCommands.Restore(),
    };

    private static Dictionary<string, string> Load()
    {
        using StreamReader reader = new(typeof(PlatformCommands).Assembly.GetManifestResourceStream("platform-commands.tsv")!);
        Dictionary<string, string> described = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') described.Add(line[..line.IndexOf('\t', StringComparison.Ordinal)], line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]);
        }
        return described;
    }
}
