using System.CommandLine;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Up;

/// <summary>The command line of <c>wardkeeper up</c>.</summary>
internal static class UpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Command command = new("up", PlatformCommands.Describe("up"));
        ConfigurationFlags flags = ConfigurationFlags.AddAll(command);
        Option<bool> demo = new("--demo") { Description = "Replay the sample hospital as if it were live, in a data folder of its own" };
        command.Add(demo);
        command.SetAction(parsed => new UpRun(flags.Loader(parsed), parsed.GetValue(demo), TimeProvider.System, System.Console.Out).RunAsync());
        return command;
    }
}
