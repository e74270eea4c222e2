using System.CommandLine;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Slices;

/// <summary>The command line of <c>wardkeeper replay</c>: exit code 0 when the same finding comes, 1 when it does not.</summary>
internal static class ReplayCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> finding = new("FINDING") { Description = "Number of the finding, for example F-12" };
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        Option<string?> language = new("--lang") { Description = "Language of the answer: zh or en", HelpName = "zh|en" };
        language.AcceptOnlyFromAmong("zh", "en");
        Command command = new(ReplayReport.Command, PlatformCommands.Describe(ReplayReport.Command)) { finding, json, language };
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        command.SetAction((parsed, cancel) => ControlCall.RunAsync(
            flags.Loader(parsed),
            new ControlRequest { Command = ReplayReport.Command, Arguments = new Dictionary<string, string> { ["finding"] = parsed.GetValue(finding)!, ["lang"] = parsed.GetValue(language) ?? (Texts.IsChinese ? "zh" : "en") } },
            parsed.GetValue(json), cancel));
        return command;
    }
}
