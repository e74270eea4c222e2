using System.CommandLine;
using System.Text.Json;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Admission;

/// <summary>The command lines of <c>wardkeeper admission</c>.</summary>
internal static class AdmissionCommandLine
{
    /// <summary>Makes <c>admission</c>.</summary>
    public static Command Create()
    {
        Command command = new("admission", PlatformCommands.Describe("admission"));
        command.Add(Install());
        command.Add(Check());
        command.Add(Run());
        return command;
    }

    private static Command Install()
    {
        Command command = new("install", "Writes the complete configuration of FreeRADIUS 3.2 into a folder, with the secret by which it asks the hub.");
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        (string Argument, Option<string?> Option, bool IsPath)[] given =
        [
            ("out", new Option<string?>("--out") { Description = "Folder that is written; without it, admission/radius below the data folder", HelpName = "DIR" }, true),
            ("certificates", new Option<string?>("--certificates") { Description = "Folder with another's ca.pem, crl.pem, radius.pem and radius.key; without it the hub's own authorities issue and renew them", HelpName = "DIR" }, true),
            ("clients", new Option<string?>("--clients") { Description = "Switches that may ask, kept for the next time; a line is: name, address or network, secret, and optionally port and secret of RFC 5176", HelpName = "FILE" }, true),
            ("address", new Option<string?>("--radius-address") { Description = "Address that FreeRADIUS listens on; without it all", HelpName = "ADDRESS" }, false),
            ("auth-port", new Option<string?>("--auth-port") { Description = "Port for authentication (1812)", HelpName = "PORT" }, false),
            ("acct-port", new Option<string?>("--acct-port") { Description = "Port for accounting (1813)", HelpName = "PORT" }, false),
            ("fail-safe-vlan", new Option<string?>("--fail-safe-vlan") { Description = "VLAN of unknown devices while the hub is down, where no segment says another", HelpName = "VLAN" }, false),
        ];
        foreach ((_, Option<string?> option, _) in given) command.Add(option);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        command.Add(json);
        command.SetAction((parsed, cancel) =>
        {
            Dictionary<string, string> arguments = new(StringComparer.Ordinal);
            foreach ((string argument, Option<string?> option, bool isPath) in given)
            {
                if (parsed.GetValue(option) is { } value) arguments[argument] = isPath ? Path.GetFullPath(value) : value;
            }
            return ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = "admission-install", Arguments = arguments }, parsed.GetValue(json), cancel, mayStart: true);
        });
        return command;
    }

    private static Command Run()
    {
        Command command = new("run", "Runs FreeRADIUS over a folder that was written by install, and starts it anew when certificates or configuration in it change.");
        Argument<string> folder = new("DIR") { Description = "The folder" };
        command.Add(folder);
        command.SetAction((parsed, cancel) => FrontRun.RunAsync(Path.GetFullPath(parsed.GetValue(folder)!), System.Console.Out, cancel));
        return command;
    }

    private static Command Check()
    {
        Command command = new("check", "Says what is wrong with a configuration of FreeRADIUS that was written by install, and what to do. Exit code 1 when something is.");
        Argument<string> folder = new("DIR") { Description = "The folder" };
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        command.Add(folder);
        command.Add(json);
        command.SetAction(async (parsed, cancel) =>
        {
            IReadOnlyList<FrontCheck> checks = await AdmissionCheck.RunAsync(Path.GetFullPath(parsed.GetValue(folder)!), TimeProvider.System, cancel);
            if (parsed.GetValue(json)) System.Console.Out.WriteLine(JsonSerializer.Serialize(checks.Select(check => new { what = check.What, mistake = check.Mistake })));
            else foreach (FrontCheck check in checks) System.Console.Out.WriteLine($"{(check.Mistake is null ? "ok   " : "WRONG")} {check.What}{(check.Mistake is null ? "" : ": " + check.Mistake)}");
            return checks.Any(check => check.Mistake is not null) ? 1 : 0;
        });
        return command;
    }
}
