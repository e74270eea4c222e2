using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Tests;

public class CommandTests
{
    [Fact]
    public void Up_refuses_an_option_it_does_not_know() => Assert.NotEmpty(UpCommand.Create().Parse(["--nonsense"]).Errors);
}
