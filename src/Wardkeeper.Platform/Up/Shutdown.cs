using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Up;

/// <summary>The end of a platform, in order: nothing new comes in, what is under way is stored, then the doors close.</summary>
internal static class Shutdown
{
    private static readonly TimeSpan Web = TimeSpan.FromSeconds(1.5);

    /// <summary>Drains and stops everything.</summary>
    public static async Task DrainAsync(WebApplication app)
    {
        SensorsRuntime sensors = app.Services.GetRequiredService<SensorsRuntime>();
        HubRuntime hub = app.Services.GetRequiredService<HubRuntime>();
        Task web = StopWebAsync(app);
        await sensors.DisposeAsync();
        await hub.CloseAsync();
        await web;
        await hub.DisposeAsync();
        await app.DisposeAsync();
    }

    private static async Task StopWebAsync(WebApplication app)
    {
        using CancellationTokenSource late = new(Web);
        try
        {
            await app.StopAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            // A browser that does not hang up must not keep the program.
        }
    }
}
