using System.CommandLine;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Tests;

public class CommandTests
{
    [Fact]
    public void Up_refuses_an_option_it_does_not_know() => Assert.NotEmpty(UpCommand.Create().Parse(["--nonsense"]).Errors);

    [Fact]
    public void The_list_that_launcher_and_help_read_names_the_commands_there_are()
    {
        Command root = PlatformCommands.Root();
        Assert.Equal(PlatformCommands.Listed.Order(StringComparer.Ordinal), root.Subcommands.Select(command => command.Name).Order(StringComparer.Ordinal));
        Assert.All(root.Subcommands, command => Assert.Equal(PlatformCommands.Describe(command.Name), command.Description));
    }
}
