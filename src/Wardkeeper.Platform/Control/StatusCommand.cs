using System.CommandLine;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Control;

/// <summary>The command line of <c>wardkeeper status</c>.</summary>
internal static class StatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Command command = new("status", PlatformCommands.Describe("status"));
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        command.Add(json);
        command.SetAction((parsed, cancel) => ControlCall.LookAsync(flags.Loader(parsed), parsed.GetValue(json), cancel));
        return command;
    }
}
