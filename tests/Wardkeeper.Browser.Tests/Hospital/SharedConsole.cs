using Wardkeeper.Browser.Tests.Hospital;

[assembly: AssemblyFixture(typeof(SharedConsole))]

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>One console over the sample hospital for all tests that change nothing.</summary>
public sealed class SharedConsole : IAsyncLifetime
{
    internal TestConsole Console { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Console = await TestConsole.StartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Console.DisposeAsync();
}
