using System.CommandLine;
using Wardkeeper.Hub.Access;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Access;

/// <summary>The command lines of <c>wardkeeper user</c>, <c>token</c> and <c>audit</c>. A password is never an argument: others could read it in the list of processes.</summary>
internal static class UserCommandLine
{
    /// <summary>Makes <c>user</c>.</summary>
    public static Command User()
    {
        Command command = new("user", PlatformCommands.Describe("user"));
        command.Add(Make("list", "Lists everybody who may sign in.", "user-list"));
        command.Add(Make("add", "Adds a person; prints a one-time password, or takes one from the terminal or from standard input.", "user-add", Name(), Roles(true), Departments(), Text("--display-name", "displayName", "The person's own name", "TEXT"), Password()));
        command.Add(Make("password", "Gives a person another password.", "user-password", Name(), Password()));
        command.Add(Make("disable", "Keeps a person from signing in, or lets her again.", "user-disable", Name(), Switch("--enable", "enable", "Let the person sign in again")));
        command.Add(Make("roles", "Gives a person other roles.", "user-roles", Name(), Roles(true), Departments()));
        return command;
    }

    /// <summary>Makes <c>token</c>.</summary>
    public static Command Token()
    {
        Command command = new("token", PlatformCommands.Describe("token"));
        command.Add(Make("list", "Lists all tokens.", "token-list"));
        command.Add(Make("create", "Makes a token and prints it, once.", "token-create", Roles(true, "--role"), Departments(), Text("--name", "name", "What it is for", "NAME"), Text("--expires", "days", "Days until it ends (90)", "DAYS")));
        command.Add(Make("revoke", "Ends a token.", "token-revoke", Name("NAME", "Its name or its beginning")));
        return command;
    }

    /// <summary>Makes <c>audit</c>.</summary>
    public static Command Audit()
    {
        Command command = new("audit", PlatformCommands.Describe("audit"));
        command.Add(Make("verify", "Checks the whole audit log against its chain and its anchors: exit code 1 when it was tampered with.", "audit-verify"));
        return command;
    }

    private static Command Make(string name, string description, string request, params IReadOnlyList<Given> given)
    {
        Command command = new(name, description);
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        foreach (Given one in given) one.AddTo(command);
        command.Add(json);
        command.SetAction((parsed, cancel) =>
        {
            Dictionary<string, string> arguments = new(StringComparer.Ordinal);
            foreach (Given one in given)
            {
                if (one.Read(parsed) is { } value) arguments[one.Argument] = value;
            }
            return ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = request, Arguments = arguments }, parsed.GetValue(json), cancel);
        });
        return command;
    }

    private static Given Name(string shown = "NAME", string meaning = "Name typed at sign-in")
    {
        Argument<string> argument = new(shown) { Description = meaning };
        return new Given("name", command => command.Add(argument), parsed => parsed.GetValue(argument));
    }

    private static Given Text(string flag, string argument, string meaning, string shown)
    {
        Option<string?> option = new(flag) { Description = meaning, HelpName = shown };
        return new Given(argument, command => command.Add(option), parsed => parsed.GetValue(option));
    }

    private static Given Switch(string flag, string argument, string meaning)
    {
        Option<bool> option = new(flag) { Description = meaning };
        return new Given(argument, command => command.Add(option), parsed => parsed.GetValue(option) ? "yes" : null);
    }

    private static Given Roles(bool isRequired, string flag = "--roles")
    {
        Option<string[]> option = new(flag) { Description = "Roles: " + string.Join(", ", RoleNames.All), HelpName = "ROLE", Required = isRequired, AllowMultipleArgumentsPerToken = true };
        return new Given("roles", command => command.Add(option), parsed => string.Join(',', parsed.GetValue(option) ?? []));
    }

    private static Given Departments()
    {
        Option<string[]> option = new("--department") { Description = "Department that a viewer is limited to (repeatable)", HelpName = "NAME" };
        return new Given("departments", command => command.Add(option), parsed => parsed.GetValue(option) is { Length: > 0 } names ? string.Join(',', names) : null);
    }

    private static Given Password()
    {
        Option<bool> ask = new("--ask") { Description = "Ask for the password, or read it from standard input, instead of making a one-time one" };
        return new Given("password", command => command.Add(ask), parsed => parsed.GetValue(ask) ? PasswordPrompt.Read() : null);
    }

    /// <summary>Something on the command line that becomes an argument of the request.</summary>
    private sealed record Given(string Argument, Action<Command> AddTo, Func<ParseResult, string?> Read);
}
