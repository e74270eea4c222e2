using Wardkeeper.Browser.Tests.Hospital;

[assembly: AssemblyFixture(typeof(Wardkeeper.Browser.Tests.Chromium))]
[assembly: AssemblyFixture(typeof(SharedConsole))]

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>One console over the sample hospital for all tests that change nothing, and the image that every other console is a copy of.</summary>
public sealed class SharedConsole : IAsyncLifetime
{
    internal TestConsole Console { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await HospitalImage.MakeAsync();
        Console = await TestConsole.StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Console is not null) await Console.DisposeAsync();
        await HospitalImage.DeleteAsync();
    }
}
